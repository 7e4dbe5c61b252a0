import { once } from "node:events";
import { createPersisto } from "@persisto/core";
import { createApp, createAuthenticator, startServer } from "@persisto/server";
import { Corpus, type CorpusOptions } from "../corpus/corpus.js";
import { createBenchEmbedder } from "./bench-embedder.js";

/** What the process is given as its one argument, in JSON. */
export interface ServerArguments {
  readonly databaseUrl: string;
  readonly apiKey: string;
  readonly corpus: CorpusOptions;
}

// Persisto's server with the benchmark's embedder, in a process of its own: prints its address, ends with its standard input.
const { databaseUrl, apiKey, corpus }: ServerArguments = JSON.parse(process.argv[2]!);
const persisto = await createPersisto({ databaseUrl, embedder: createBenchEmbedder(new Corpus(corpus)) });
const authenticate = createAuthenticator(persisto.access, [{ key: apiKey, projectId: "default" }]);
const app = createApp({ authenticate, ready: () => persisto.ready() });
const server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 1_000 });
console.log(server.url);
await once(process.stdin.resume(), "close");
await server.stop();
await persisto.close();
