/** How often something may be done: `size` at once, and from then on `perMinute`. */
export interface Rate {
  readonly perMinute: number;
  readonly size: number;
}

/** What became of a bucket that was asked for a token. */
export interface Taken {
  /** Whether it had one. */
  readonly admitted: boolean;
  /** Until it is full, in milliseconds. */
  readonly fullInMs: number;
}

/** What to tell who asked. */
export interface Verdict {
  readonly admitted: boolean;
  /** Tokens in a full bucket. */
  readonly limit: number;
  /** Tokens that are left. */
  readonly remaining: number;
  /** Until it is full. */
  readonly resetMs: number;
  /** Until there is a token for who got none; 0 for who got one. */
  readonly retryAfterMs: number;
}

/** Whole microseconds, so that this and Postgres count alike. */
export function intervalUsOf({ perMinute }: Rate): number {
  return Math.ceil(60_000_000 / perMinute);
}

/**
 * Takes a token out of a bucket (GCRA, the token bucket that is one number: the time at which it is full). `fullAt` and `now` are
 * times in milliseconds of any one clock; an unknown bucket is full. A denial changes nothing.
 */
export function takeToken(rate: Rate, { fullAt, now }: { fullAt: number | undefined; now: number }): Taken {
  const intervalMs = intervalUsOf(rate) / 1_000;
  const fullInMs = Math.max(0, (fullAt ?? now) - now);
  const admitted = fullInMs + intervalMs <= intervalMs * rate.size + roundingMs;
  return { admitted, fullInMs: admitted ? fullInMs + intervalMs : fullInMs };
}

/** Far below a microsecond, far above the last digit of a double that counts milliseconds of days. */
const roundingMs = 1e-4;

/** What to tell who asked a bucket of this rate. */
export function verdictOf(rate: Rate, { admitted, fullInMs }: Taken): Verdict {
  const intervalMs = intervalUsOf(rate) / 1_000;
  const wholeMs = intervalMs * rate.size;
  return {
    admitted,
    limit: rate.size,
    remaining: admitted ? Math.max(0, Math.floor((wholeMs - fullInMs + roundingMs) / intervalMs)) : 0,
    resetMs: fullInMs,
    retryAfterMs: admitted ? 0 : fullInMs + intervalMs - wholeMs,
  };
}
