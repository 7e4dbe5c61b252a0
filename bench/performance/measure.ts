import { percentile } from "../lib/measures.js";

/** How fast something was, and how good. */
export interface Measurement {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Of what was done, a second: queries, or memories saved. */
  readonly perSecond: number;
  /** Share of the right answers among those given, 0..1. */
  readonly recall: number;
}

/** Work to be repeated. */
export interface Load {
  /** Calls under way at a time. */
  readonly concurrency: number;
  /** How long to go on; each worker finishes its call. */
  readonly durationMs: number;
  /** Ends earlier when there have been this many. */
  readonly mostCalls?: number;
  /** Least calls, however long they take. Default 10. */
  readonly fewestCalls?: number;
  /** What one call counts for. Default 1. */
  readonly unitsPerCall?: number;
}

/** Repeats a call, which is told its number from 0; gives how long each took. */
export async function repeat(
  load: Load,
  call: (number: number) => Promise<void>,
): Promise<Omit<Measurement, "recall">> {
  const { concurrency, durationMs, mostCalls = Infinity, fewestCalls = 10, unitsPerCall = 1 } = load;
  const durations: number[] = [];
  let started = 0;
  const startedAt = performance.now();
  const goesOn = (): boolean =>
    started < mostCalls && (started < fewestCalls || performance.now() - startedAt < durationMs);
  const work = async (): Promise<void> => {
    while (goesOn()) {
      const number = started++;
      const calledAt = performance.now();
      await call(number);
      durations.push(performance.now() - calledAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    perSecond: (durations.length * unitsPerCall) / seconds,
  };
}
