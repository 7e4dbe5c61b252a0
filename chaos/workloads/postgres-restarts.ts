import { setTimeout as pause } from "node:timers/promises";
import { freePort, startServerProcess } from "../../test/lib/server-process.js";
import { judge } from "../checks/judge.js";
import { checkServed } from "../checks/check-served.js";
import { nativeBackend } from "../lib/backend.js";
import { startEndingConnections } from "../lib/end-connections.js";
import { Ledger } from "../lib/ledger.js";
import type { OwnPostgres } from "../lib/own-postgres.js";
import { readGauges } from "../lib/read-gauges.js";
import type { SeenAnswer } from "../lib/recorded-writer.js";
import { seededRandom, wholeBelow } from "../lib/seeded-random.js";
import { until } from "../lib/until.js";
import { noneOf, type Verdict } from "../lib/verdict.js";
import { scaled, type WorkloadOptions } from "../lib/workload.js";
import { startWriters, type WriterKind } from "../lib/writers.js";

const namespace = "restarts";
const poolSize = 5;

/** 300 at a time for five connections. */
const kinds: readonly WriterKind[] = [
  { count: 150, maxRetries: 6 },
  { count: 100, maxRetries: 0 },
  { count: 50, maxRetries: 0, sendsKey: false },
];

const longestOutageMs = 3_000;
const backWithinMs = 10_000;

/** Kills and restarts Postgres, and ends connections to it, while a server with a small pool is asked for more than it can do. */
export async function postgresRestarts(
  postgres: OwnPostgres,
  { seed, scale, progress }: Omit<WorkloadOptions, "backend">,
): Promise<Verdict> {
  const random = seededRandom(seed, "postgres-restarts");
  const count = scaled(20, { scale, least: 2 });
  const backend = await nativeBackend(postgres.url);
  const databaseUrl = backend.environment["DATABASE_URL"]!;
  const ledger = new Ledger();
  const metricsPort = await freePort();
  const server = await startServerProcess({
    environment: {
      PERSISTO_LOG_LEVEL: "fatal",
      PERSISTO_POOL_SIZE: String(poolSize),
      // All 300 wait for the pool.
      PERSISTO_MAX_CONCURRENT_REQUESTS: "400",
      PERSISTO_METRICS_PORT: String(metricsPort),
      ...backend.environment,
    },
  });
  const { baseUrl, apiKey } = server;
  const answers = new Map<string, number>();
  const onAnswer = ({ status, retryAfter }: SeenAnswer): void => {
    const name = `${status}${status === 503 && retryAfter === null ? " without Retry-After" : ""}`;
    answers.set(name, (answers.get(name) ?? 0) + 1);
  };
  const writers = startWriters(kinds, { baseUrl, apiKey, ledger, namespace, onAnswer });
  const ender = startEndingConnections(databaseUrl, random);
  const backMs: number[] = [];
  try {
    for (let outage = 0; outage < count; outage += 1) {
      const enough = ledger.acknowledged + 50 + wholeBelow(300, random);
      await until(`${enough} saves`, () => ledger.acknowledged >= enough || server.hasEnded());
      await (random() < 0.7 ? postgres.crash() : postgres.halt());
      await pause(random() * longestOutageMs);
      await postgres.startAgain();
      const [returnedAt, before] = [performance.now(), ledger.acknowledged];
      await until("a save after the outage", () => ledger.acknowledged > before || server.hasEnded());
      backMs.push(performance.now() - returnedAt);
      progress(`outage ${outage + 1} of ${count}, ${ledger.acknowledged} saves`);
    }
    const connectionsEnded = await ender.stop();
    await writers.stop();
    const gauges = await readGauges(`http://127.0.0.1:${metricsPort}/metrics`);
    const served = await checkServed({ baseUrl, apiKey, ledger, namespace, random });
    const hadEnded = server.hasEnded();
    const code = await server.end("SIGTERM");
    const longestBackMs = Math.round(Math.max(...backMs));
    return {
      workload: "postgres-restarts",
      backend: "native",
      checks: [
        { name: "server process never ended", isMet: !hadEnded && code === 0, found: hadEnded ? "ended" : `${code}` },
        ...(await judge(ledger, backend)),
        ...served,
        noneOf("answers other than 200, 409, and 503 with Retry-After", unexpected(answers)),
        {
          name: `longest time from Postgres' return to a save, ms, at most ${backWithinMs}`,
          isMet: longestBackMs <= backWithinMs,
          found: String(longestBackMs),
        },
        ...poolChecks(gauges),
      ],
      figures: {
        outages: count,
        "connections ended": connectionsEnded,
        ...ledger.counts(),
        answers: [...answers].map(([name, times]) => `${name} ${times} times`).join(", "),
      },
    };
  } finally {
    await ender.stop();
    await server.end("SIGKILL");
    await writers.stop();
    await backend.drop();
  }
}

function unexpected(answers: ReadonlyMap<string, number>): string[] {
  return [...answers.keys()].filter((name) => !["200", "409", "503"].includes(name));
}

/** Once nobody asks any more, nobody waits, and no more connections are open than may be. */
function poolChecks(gauges: ReadonlyMap<string, number>) {
  const busy = gauges.get('persisto_database_connections{state="busy"}');
  const idle = gauges.get('persisto_database_connections{state="idle"}');
  const waiting = gauges.get("persisto_database_waiting");
  return [
    {
      name: "the pool afterwards: none busy, none waited for, five at most",
      isMet: busy === 0 && waiting === 0 && idle !== undefined && idle <= poolSize,
      found: `busy ${busy}, idle ${idle}, waiting ${waiting}`,
    },
  ];
}
