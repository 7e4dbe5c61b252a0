/** The stages of a query. */
export type Stage = "embed" | "plan" | "search" | "rank" | "rerank";

/** Measures stages that follow each other. */
export interface Stopwatch {
  /** Adds the time since the last lap to a stage. */
  lap(stage: Stage): void;
  /** Milliseconds since the start. */
  total(): number;
  /** Milliseconds of each stage, 0 for one that did not take place, and of all. */
  durations(): Record<Stage | "total", number>;
}

export function startStopwatch(now: () => number = () => performance.now()): Stopwatch {
  const startedAt = now();
  let lapAt = startedAt;
  const stages: Record<Stage, number> = { embed: 0, plan: 0, search: 0, rank: 0, rerank: 0 };
  return {
    lap(stage) {
      const at = now();
      stages[stage] += at - lapAt;
      lapAt = at;
    },
    total: () => now() - startedAt,
    durations: () => ({ ...stages, total: now() - startedAt }),
  };
}
