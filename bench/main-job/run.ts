import { parseArgs } from "node:util";
import { PersistoClient } from "@persisto/client";
import { Bm25 } from "../lib/bm25.js";
import { readDataset, type Dataset } from "../lib/dataset.js";
import { measureQuality, type Answer } from "../lib/measures.js";
import { startProgress } from "../lib/progress.js";
import { startServerProcess } from "../../test/lib/server-process.js";
import { printReport } from "./report.js";

const usage = `Saves a retrieval set over HTTP, one memory a call, asks its questions, and prints quality and latency beside BM25.
usage: npm run bench:main-job -- <folder of the set> [--database-url postgres://...]`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { "database-url": { type: "string" } },
});
const folder = positionals[0];
if (folder === undefined) {
  console.error(usage);
  process.exit(2);
}

const dataset = await readDataset(folder);
const databaseUrl = values["database-url"];
// The embedded database lives in the server's own folder and goes with it.
const server = await startServerProcess({
  environment: { PERSISTO_LOG_LEVEL: "error", ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) },
});
try {
  const client = new PersistoClient({ apiKey: server.apiKey, baseUrl: server.baseUrl });
  // Namespaces of this run only, so that a database may be used again.
  const namespaceOf = (scope: string): string => `${scope}/${process.pid}-${Date.now()}`.slice(0, 200);
  const namespaces = new Map([...new Set(dataset.documents.map(({ scope }) => scope))].map((s) => [s, namespaceOf(s)]));
  const saveMs = await saveAll(client, dataset, namespaces);
  const { answers, queryMs } = await askAll(client, dataset, namespaces);
  for (const namespace of namespaces.values()) await client.deleteNamespace({ namespace });
  const bm25 = baseline(dataset);
  printReport({
    store: databaseUrl === undefined ? "embedded PGlite" : "native Postgres",
    documents: dataset.documents.length,
    rows: [
      { name: "BM25 (baseline)", overall: measureQuality(bm25), main: measureQuality(mainOf(bm25)) },
      { name: "Persisto over HTTP", overall: measureQuality(answers), main: measureQuality(mainOf(answers)) },
    ],
    saveMs,
    queryMs,
  });
} catch (error) {
  console.error(server.output());
  throw error;
} finally {
  await server.end("SIGTERM");
}

async function saveAll(
  client: PersistoClient,
  { documents }: Dataset,
  namespaces: Map<string, string>,
): Promise<number[]> {
  const progress = startProgress("saving", documents.length);
  const durations: number[] = [];
  for (const { id, scope, content } of documents) {
    durations.push(await timed(() => client.save({ namespace: namespaces.get(scope)!, id, content })));
    progress.tick();
  }
  return durations;
}

async function askAll(
  client: PersistoClient,
  { questions }: Dataset,
  namespaces: Map<string, string>,
): Promise<{ answers: Answer[]; queryMs: number[] }> {
  const progress = startProgress("asking", questions.length);
  const answers: Answer[] = [];
  const queryMs: number[] = [];
  for (const question of questions) {
    const startedAt = performance.now();
    const { results } = await client.query({ namespace: namespaces.get(question.scope)!, query: question.text, k: 10 });
    queryMs.push(performance.now() - startedAt);
    // Long memories may answer with several passages.
    answers.push({ question, found: [...new Set(results.map(({ id }) => id))] });
    progress.tick();
  }
  return { answers, queryMs };
}

function baseline({ documents, questions }: Dataset): Answer[] {
  const scopes = new Set(documents.map(({ scope }) => scope));
  const indexes = new Map([...scopes].map((scope) => [scope, new Bm25(documents.filter((d) => d.scope === scope))]));
  return questions.map((question) => ({ question, found: indexes.get(question.scope)!.search(question.text, 10) }));
}

/** Questions whose premise holds; adversarial ones are reported inside the overall figure only. */
function mainOf(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ question }) => question.category !== "adversarial");
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
