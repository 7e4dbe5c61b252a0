import type { Rate, Verdict } from "./token-bucket.js";

/** A bucket to take a token from. */
export interface WantedToken {
  /** Whose bucket: an id or an address, never a secret. */
  readonly name: string;
  readonly rate: Rate;
}

/** What became of a bucket that was asked. */
export interface NamedVerdict extends Verdict {
  readonly name: string;
}

/** Token buckets by name. */
export interface RateLimiter {
  /**
   * Takes a token out of one bucket after the other, up to the first that has none. One verdict for each that was asked; none
   * when nobody knows, and then the request passes.
   */
  take(wanted: readonly WantedToken[]): Promise<NamedVerdict[]>;
}

/** Buckets that are remembered: some 10 MB. Who comes with more names gets full ones. */
export const maxBuckets = 100_000;
