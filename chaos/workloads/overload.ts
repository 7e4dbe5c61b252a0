import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, startServerProcess } from "../../test/lib/server-process.js";
import { seededRandom } from "../lib/seeded-random.js";
import { noneOf } from "../lib/verdict.js";
import type { Workload } from "../lib/workload.js";
import {
  closedLoop,
  goodput,
  goodputByPart,
  goodWithinMs,
  openLoop,
  percentileMs,
  type LoadResult,
} from "../load/measure-load.js";
import { createOperations, preloaded, preloadOf } from "../load/operations.js";
import { createSender, type Sender } from "../load/sender.js";
import { watchProcess } from "../load/watch-process.js";

const callerCounts = [4, 8, 16, 32, 64];
const times = 5;
const connections = 1_000;

/** What is asked of the server. */
const targets = { goodputShare: 0.8, residentFactor: 1.5, refusedP99Ms: 500, recoverySeconds: 5 };

/** Finds how much the server can do, asks five times as much of it for a minute, and looks how much it does then. */
export const overload: Workload = async ({ backend, seed, scale, progress }) => {
  const next = createOperations(seededRandom(seed, "overload"));
  const metricsPort = await freePort();
  const server = await startServerProcess({
    environment: {
      PERSISTO_LOG_LEVEL: "warn",
      // As `npm start` and the container do.
      NODE_OPTIONS: "--max-semi-space-size=64",
      PERSISTO_METRICS_PORT: String(metricsPort),
      ...backend.environment,
    },
  });
  const sender = createSender(server);
  const watch = watchProcess(server.pid!, `http://127.0.0.1:${metricsPort}/metrics`);
  try {
    await sender.open(connections);
    for (let number = 0; number < preloaded; number += 1) await sender.send(preloadOf(number));
    await closedLoop(8, { sender, next, seconds: Math.max(2, 5 * scale) });
    const alone = await closedLoop(1, { sender, next, seconds: Math.max(1, 3 * scale) });
    const { peak, callers } = await findPeak({ sender, next, seconds: Math.max(2, 8 * scale), progress });
    const before = watch.take();
    progress(`${Math.round(peak)} a second with ${callers} callers; now ${times} times as many`);
    const seconds = Math.max(5, 60 * scale);
    const clientLag = monitorEventLoopDelay({ resolution: 10 });
    clientLag.enable();
    const flood = await openLoop(times * peak, { sender, next, seconds });
    clientLag.disable();
    const during = watch.take();
    const recoverySeconds = await timeToRecover(sender, next, 3 * percentileMs(alone, 0.9, [200]) + 20);
    const after = await closedLoop(callers, { sender, next, seconds: Math.max(2, 5 * scale) });
    await watch.stop();
    const code = await server.end("SIGTERM");
    // The better of before and after, so that neighbours on the machine who leave meanwhile are not taken for a proof.
    const share = goodput(flood) / Math.max(peak, goodput(after));
    const growth = during.residentMb / before.residentMb;
    const refusedP99Ms = Math.round(percentileMs(flood, 0.99, [429, 503]));
    return {
      workload: "overload",
      backend: backend.name,
      checks: [
        atLeast(`goodput at ${times} times the load, share of the peak`, share, targets.goodputShare),
        noneOf("answers other than 200, and 429 or 503 with Retry-After", badAnswers(flood)),
        atMost("p99 of refusals, ms", refusedP99Ms, targets.refusedP99Ms),
        atMost("p99 of good answers, ms", Math.round(percentileMs(flood, 0.99, [200])), goodWithinMs),
        atMost("memory, times that before", growth, targets.residentFactor),
        atMost("requests under way at once, as limited", during.requestsUnderWay, 1_024),
        atMost("seconds until a single request takes no longer than before", recoverySeconds, targets.recoverySeconds),
        atLeast("goodput afterwards, share of the peak", goodput(after) / peak, targets.goodputShare),
        { name: "exit code at the end", isMet: code === 0, found: String(code) },
      ],
      figures: {
        "peak goodput a second": `${peak.toFixed(0)} with ${callers} callers`,
        "goodput a second afterwards": goodput(after).toFixed(0),
        "offered a second": (flood.outcomes.length / flood.seconds).toFixed(0),
        "goodput a second meanwhile": goodput(flood).toFixed(0),
        "by tenths of that time": goodputByPart(flood, 10).map(Math.round).join(", "),
        "p50 of refusals, ms": percentileMs(flood, 0.5, [429, 503]).toFixed(0),
        "p50 of good answers, ms": percentileMs(flood, 0.5, [200]).toFixed(0),
        answers: describeAnswers(flood),
        "delay of the client's own event loop, p99, ms": (clientLag.percentile(99) / 1e6).toFixed(0),
        "resident MB before and meanwhile": `${before.residentMb.toFixed(0)}, ${during.residentMb.toFixed(0)}`,
        "waiting for the database at most": during.waitingForDatabase,
      },
    };
  } finally {
    await server.end("SIGKILL");
    sender.close();
    await watch.stop().catch(() => undefined);
  }
};

interface PeakOptions {
  readonly sender: Sender;
  readonly next: ReturnType<typeof createOperations>;
  readonly seconds: number;
  readonly progress: (message: string) => void;
}

async function findPeak({ progress, ...load }: PeakOptions): Promise<{ peak: number; callers: number }> {
  let best = { peak: 0, callers: 0 };
  for (const callers of callerCounts) {
    const peak = goodput(await closedLoop(callers, load));
    progress(`${Math.round(peak)} a second with ${callers} callers`);
    if (peak > best.peak) best = { peak, callers };
  }
  return best;
}

/** Asks one by one until a request is as quick as those before the flood were; seconds. */
async function timeToRecover(sender: Sender, next: PeakOptions["next"], quickMs: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { status, ms } = await sender.send(next());
    const seconds = (performance.now() - startedAt) / 1_000;
    if ((status === 200 && ms <= quickMs) || seconds > 60) return seconds;
    await pause(50);
  }
}

function badAnswers({ outcomes }: LoadResult): string[] {
  return outcomes.flatMap(({ status, error, hasRetryAfter }) =>
    status === 200 || ((status === 429 || status === 503) && hasRetryAfter) ? [] : [error ?? String(status)],
  );
}

function describeAnswers({ outcomes }: LoadResult): string {
  const counts = new Map<string, number>();
  for (const { status, error } of outcomes) {
    const name = error ?? String(status);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ${count} times`).join(", ");
}

function atLeast(name: string, value: number, least: number) {
  return { name: `${name}, at least ${least}`, isMet: value >= least, found: rounded(value) };
}

function atMost(name: string, value: number, most: number) {
  return { name: `${name}, at most ${most}`, isMet: value <= most, found: rounded(value) };
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
