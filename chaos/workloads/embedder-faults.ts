import { startFakeEmbeddingServer } from "../../packages/core/src/embedders/testing/fake-embedding-server.js";
import { startServerProcess } from "../../test/lib/server-process.js";
import { checkServed } from "../checks/check-served.js";
import { judge } from "../checks/judge.js";
import { createFaultPlan } from "../faulty-embedder/fault-plan.js";
import { dimensions, wordVector } from "../faulty-embedder/word-vector.js";
import { Ledger } from "../lib/ledger.js";
import { seededRandom } from "../lib/seeded-random.js";
import { until } from "../lib/until.js";
import { noneOf } from "../lib/verdict.js";
import { scaled, type Workload } from "../lib/workload.js";
import { startWriters, type WriterKind } from "../lib/writers.js";

const namespace = "faults";
const share = 0.3;
const kinds: readonly WriterKind[] = [
  { count: 8, maxRetries: 2 },
  { count: 4, maxRetries: 0, sendsKey: false },
];

/** Below this scale nothing hangs: one hang takes the embedder's whole patience of 30 s. */
const leastScaleWithHangs = 0.1;

/** Saves over an embedding server of which 30 % of the answers are wrong. */
export const embedderFaults: Workload = async ({ backend, seed, scale, progress }) => {
  const random = seededRandom(seed, "embedder-faults");
  const plan = createFaultPlan(share, { random, hangsToo: scale >= leastScaleWithHangs });
  const enough = scaled(1_500, { scale, least: 40 });
  const ledger = new Ledger();
  const embedder = await startFakeEmbeddingServer({ vectorOf: wordVector, nextFault: plan.next });
  const server = await startServerProcess({
    environment: {
      PERSISTO_LOG_LEVEL: "fatal",
      OPENAI_BASE_URL: embedder.baseUrl,
      OPENAI_EMBEDDING_MODEL: "faulty",
      OPENAI_EMBEDDING_DIMENSIONS: String(dimensions),
      ...backend.environment,
    },
  });
  const { baseUrl, apiKey } = server;
  const writers = startWriters(kinds, { baseUrl, apiKey, ledger, namespace });
  try {
    await until(
      `${enough} saves`,
      () => {
        progress(`${ledger.fates.size} saves of ${enough}, ${ledger.acknowledged} acknowledged`);
        return ledger.fates.size >= enough || server.hasEnded();
      },
      { withinMs: 900_000, everyMs: 50 },
    );
    await writers.stop();
    plan.end();
    const served = await checkServed({ baseUrl, apiKey, ledger, namespace, random, sample: Infinity });
    const code = await server.end("SIGTERM");
    const unexpected = [...ledger.fates].flatMap(([operation, fate]) =>
      fate.kind === "acknowledged" || fate.code === "embedder_failed" ? [] : [`${operation} ${fate.code}`],
    );
    return {
      workload: "embedder-faults",
      backend: backend.name,
      checks: [
        ...(await judge(ledger, backend)),
        ...served,
        noneOf("neither acknowledged nor refused as embedder_failed", unexpected),
        { name: "exit code at the end", isMet: code === 0, found: String(code) },
      ],
      figures: { ...ledger.counts(), "calls of the embedder by fault": describeCounts(plan.counts) },
    };
  } finally {
    await server.end("SIGKILL");
    await writers.stop();
    await embedder.close();
  }
};

function describeCounts(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
