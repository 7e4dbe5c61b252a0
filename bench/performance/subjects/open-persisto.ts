import { PersistoClient } from "@persisto/client";
import { createPersisto, type PersistoOptions } from "@persisto/core";
import type { Corpus, CorpusOptions } from "../corpus/corpus.js";
import { createBenchEmbedder } from "./bench-embedder.js";
import type { ServerArguments } from "./persisto-server.js";
import { InProcessPersisto, PersistoSubject } from "./persisto.js";
import { startChild } from "./start-child.js";

/** Persisto in this process. */
export async function openPersisto(
  name: string,
  options: { corpus: Corpus; database: PersistoOptions; afterLoad?: () => Promise<void> },
): Promise<InProcessPersisto> {
  const persisto = await createPersisto({ ...options.database, embedder: createBenchEmbedder(options.corpus) });
  return new InProcessPersisto(name, persisto, async () => options.afterLoad?.());
}

/** Persisto behind HTTP: its server in a process of its own on a database that may be in use, the client here. */
export async function openPersistoOverHttp(
  name: string,
  options: { corpus: CorpusOptions; databaseUrl: string },
): Promise<PersistoSubject> {
  const apiKey = "key-of-one-run";
  const given: ServerArguments = { databaseUrl: options.databaseUrl, apiKey, corpus: options.corpus };
  const { firstLine: baseUrl, close } = await startChild("persisto-server.ts", JSON.stringify(given));
  return new PersistoSubject(name, new PersistoClient({ apiKey, baseUrl }), {
    afterLoad: async () => {},
    close,
  });
}
