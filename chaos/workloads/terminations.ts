import { setTimeout as pause } from "node:timers/promises";
import { freePort, startServerProcess, type ServerProcess } from "../../test/lib/server-process.js";
import { judge } from "../checks/judge.js";
import { Ledger } from "../lib/ledger.js";
import { seededRandom, wholeBelow } from "../lib/seeded-random.js";
import { until } from "../lib/until.js";
import { noneOf } from "../lib/verdict.js";
import { watchReadiness } from "../lib/watch-readiness.js";
import { scaled, type Workload } from "../lib/workload.js";
import { startWriters, type WriterKind } from "../lib/writers.js";

const namespace = "terminations";

/** More than the server does at a time, and none tries again: every request that is not answered shows. */
const kinds: readonly WriterKind[] = [{ count: 64, maxRetries: 0 }];

/** Saves before a SIGTERM, at most. */
const mostSavesBetween = 300;
const exitWithinMs = 10_000;

/** SIGTERMs the server again and again under more load than it can take. */
export const terminations: Workload = async ({ backend, seed, scale, progress }) => {
  const random = seededRandom(seed, "terminations");
  const count = scaled(20, { scale, least: 2 });
  const ledger = new Ledger();
  const port = await freePort();
  const start = (): Promise<ServerProcess> =>
    // Its log says what it accepted and did not answer.
    startServerProcess({ port, environment: { PERSISTO_LOG_LEVEL: "info", ...backend.environment } });
  const exitMs: number[] = [];
  const wrongExits: string[] = [];
  const wrongReadiness: string[] = [];
  const aborted: string[] = [];

  let server = await start();
  const { baseUrl, apiKey } = server;
  const writers = startWriters(kinds, { baseUrl, apiKey, ledger, namespace });
  try {
    for (let round = 0; round < count; round += 1) {
      const enough = ledger.acknowledged + 64 + wholeBelow(mostSavesBetween, random);
      await until(`${enough} saves`, () => ledger.acknowledged >= enough || server.hasEnded());
      const readiness = watchReadiness(baseUrl);
      await readiness.begun;
      await pause(random() * 60);
      const sentAt = performance.now();
      const code = await server.end("SIGTERM");
      exitMs.push(performance.now() - sentAt);
      aborted.push(
        ...server
          .output()
          .split("\n")
          .filter((line) => line.includes('"aborted":true')),
      );
      if (code !== 0) wrongExits.push(`${code} in round ${round}: ${server.output().slice(-300)}`);
      const seen = (await readiness.stop()).join(" ");
      if (seen !== "200 503 refused" && seen !== "200 503") wrongReadiness.push(seen);
      progress(`SIGTERM ${round + 1} of ${count}, ${ledger.acknowledged} saves`);
      if (round < count - 1) server = await start();
    }
    await writers.stop();
    const longestExitMs = Math.round(Math.max(...exitMs));
    return {
      workload: "terminations",
      backend: backend.name,
      checks: [
        noneOf("requests that the server has accepted and not answered, by its own log", aborted),
        ...(await judge(ledger, backend, { unansweredAndDone: false })),
        noneOf("SIGTERMs at which /readyz did not turn from 200 to 503 before the server was gone", wrongReadiness),
        noneOf("exit codes other than 0", wrongExits),
        {
          name: `longest time to exit, ms, at most ${exitWithinMs}`,
          isMet: longestExitMs <= exitWithinMs,
          found: String(longestExitMs),
        },
      ],
      figures: { SIGTERMs: count, ...ledger.counts() },
    };
  } finally {
    await server.end("SIGKILL");
    await writers.stop();
  }
};
