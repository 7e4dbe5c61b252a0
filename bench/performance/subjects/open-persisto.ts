import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PersistoClient } from "@persisto/client";
import { createPersisto, type PersistoOptions } from "@persisto/core";
import type { Corpus, CorpusOptions } from "../corpus/corpus.js";
import { createBenchEmbedder } from "./bench-embedder.js";
import type { ServerArguments } from "./persisto-server.js";
import { InProcessPersisto, PersistoSubject } from "./persisto.js";

/** Persisto in this process. */
export async function openPersisto(
  name: string,
  options: { corpus: Corpus; database: PersistoOptions; afterLoad?: () => Promise<void> },
): Promise<InProcessPersisto> {
  const persisto = await createPersisto({ ...options.database, embedder: createBenchEmbedder(options.corpus) });
  return new InProcessPersisto(name, persisto, async () => options.afterLoad?.());
}

const serverFile = fileURLToPath(new URL("persisto-server.ts", import.meta.url));

/** Persisto behind HTTP: its server in a process of its own on a database that may be in use, the client here. */
export async function openPersistoOverHttp(
  name: string,
  options: { corpus: CorpusOptions; databaseUrl: string },
): Promise<PersistoSubject> {
  const apiKey = "key-of-one-run";
  const given: ServerArguments = { databaseUrl: options.databaseUrl, apiKey, corpus: options.corpus };
  const child = spawn(process.execPath, ["--import", "tsx", serverFile, JSON.stringify(given)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const firstLine = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
  const started = await Promise.race([firstLine, ended.then(() => undefined)]);
  if (started === undefined) throw new Error("Persisto's server ended while it started; see above.");
  const close = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return new PersistoSubject(name, new PersistoClient({ apiKey, baseUrl: started[0] }), {
    afterLoad: async () => {},
    close,
  });
}
