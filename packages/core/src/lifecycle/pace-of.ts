/** How the next step of an index is taken. */
export interface Pace {
  readonly isShort: boolean;
  /** Milliseconds to leave the session to callers after a step that took so many. */
  rest(stepMs: number): number;
}

/** Whoever called so recently calls again. */
const attentiveMs = 1_000;

/** What a step took may be mostly its waiting for callers; an index must grow beside those who never pause, too. */
const longestRestMs = 100;

/**
 * Callers of a store with one session wait for the step under way. While there are any, steps are short, and as much
 * time as a step took is left between them.
 */
export function paceOf(idleMs: number): Pace {
  const isShort = idleMs < attentiveMs;
  return { isShort, rest: (stepMs) => (isShort ? Math.min(stepMs, longestRestMs) : 0) };
}
