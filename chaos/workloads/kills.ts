import { setTimeout as pause } from "node:timers/promises";
import { freePort, launchServerProcess, type ServerProcess } from "../../test/lib/server-process.js";
import { judge } from "../checks/judge.js";
import { checkServed } from "../checks/check-served.js";
import { Ledger } from "../lib/ledger.js";
import { seededRandom, wholeBelow } from "../lib/seeded-random.js";
import { until } from "../lib/until.js";
import { noneOf } from "../lib/verdict.js";
import { scaled, type Workload } from "../lib/workload.js";
import { startWriters, type WriterKind } from "../lib/writers.js";

const namespace = "kills";

/** Those with retries outlast a restart; the others leave it open what became of a save. */
const kinds: readonly WriterKind[] = [
  { count: 4, maxRetries: 6 },
  { count: 2, maxRetries: 0 },
  { count: 2, maxRetries: 0, sendsKey: false },
];

/** The second of so many kills comes before the server that was started after the first is ready. */
const killsPerEarlyOne = 5;
const longestStartMs = 2_000;

/** SIGKILLs the server again and again while eight writers save. */
export const kills: Workload = async ({ backend, seed, scale, progress }) => {
  const random = seededRandom(seed, "kills");
  const killCount = scaled(50, { scale, least: 2 });
  const enough = scaled(10_000, { scale, least: 40 });
  const ledger = new Ledger();
  // One port, so that retries find the server that was started anew.
  const port = await freePort();
  const launch = (): Promise<ServerProcess> =>
    launchServerProcess({ port, environment: { PERSISTO_LOG_LEVEL: "warn", ...backend.environment } });
  const readyMs: number[] = [];
  const endedByThemselves: string[] = [];

  let server = await launch();
  const { baseUrl, apiKey } = server;
  await server.ready();
  const writers = startWriters(kinds, { baseUrl, apiKey, ledger, namespace });
  /** Kills the server at once, and starts another. */
  const replace = async (): Promise<void> => {
    if (server.hasEnded()) endedByThemselves.push(server.output().slice(-300));
    await server.end("SIGKILL");
    server = await launch();
  };
  const untilAcknowledged = (count: number): Promise<void> =>
    until(`${count} saves`, () => ledger.acknowledged >= count || server.hasEnded(), { withinMs: 300_000 });
  try {
    for (let kill = 0; kill < killCount; kill += 1) {
      if (kill % killsPerEarlyOne === 1) {
        await pause(random() * longestStartMs);
      } else {
        const startedAt = performance.now();
        await server.ready();
        if (kill > 0) readyMs.push(performance.now() - startedAt);
        // Counted in saves first, so that a slow machine is killed in the midst of them, too.
        const share = (enough - ledger.acknowledged) / (killCount - kill);
        await untilAcknowledged(ledger.acknowledged + 1 + wholeBelow(2 * share, random));
        await pause(random() * 60);
      }
      await replace();
      progress(`kill ${kill + 1} of ${killCount}, ${ledger.acknowledged} saves`);
    }
    await server.ready();
    await untilAcknowledged(enough);
    await writers.stop();
    const served = await checkServed({ baseUrl, apiKey, ledger, namespace, random });
    const code = await server.end("SIGTERM");
    return {
      workload: "kills",
      backend: backend.name,
      checks: [
        { name: "acknowledged saves", isMet: ledger.acknowledged >= enough, found: String(ledger.acknowledged) },
        ...(await judge(ledger, backend)),
        ...served,
        noneOf("servers that ended by themselves", endedByThemselves),
        { name: "exit code at the end", isMet: code === 0, found: String(code) },
      ],
      figures: {
        SIGKILLs: killCount,
        ...ledger.counts(),
        "longest start after a kill, ms": Math.round(Math.max(0, ...readyMs)),
      },
    };
  } catch (error) {
    throw new Error(`The last server printed:\n${server.output().slice(-5_000)}`, { cause: error });
  } finally {
    await server.end("SIGKILL");
    await writers.stop();
  }
};
