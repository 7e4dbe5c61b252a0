import { PersistoClient } from "@persisto/client";
import { createPersisto, type PersistoOptions } from "@persisto/core";
import type { Corpus, CorpusOptions } from "../corpus/corpus.js";
import { createBenchEmbedder } from "./bench-embedder.js";
import type { ServerArguments } from "./persisto-server.js";
import { nodeHttpFetch } from "./node-http-fetch.js";
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

/** One server, asked in two ways. */
export interface PersistoOverHttp {
  /** As users ask it. */
  readonly byFetch: PersistoSubject;
  /** By the same client over node:http. */
  readonly byNodeHttp: PersistoSubject;
}

/** Persisto behind HTTP: its server in a process of its own on a database that may be in use, the clients here. */
export async function openPersistoOverHttp(options: {
  corpus: CorpusOptions;
  databaseUrl: string;
}): Promise<PersistoOverHttp> {
  const apiKey = "key-of-one-run";
  const given: ServerArguments = { databaseUrl: options.databaseUrl, apiKey, corpus: options.corpus };
  const { firstLine: baseUrl, close } = await startChild("persisto-server.ts", JSON.stringify(given));
  const afterLoad = async (): Promise<void> => {};
  return {
    byFetch: new PersistoSubject("Persisto, HTTP", new PersistoClient({ apiKey, baseUrl }), { afterLoad, close }),
    byNodeHttp: new PersistoSubject(
      "Persisto, HTTP by node:http",
      new PersistoClient({ apiKey, baseUrl, fetch: nodeHttpFetch() }),
      { afterLoad, close: async () => {} },
    ),
  };
}
