import { LRUCache } from "lru-cache";
import { maxBuckets, type NamedVerdict, type RateLimiter } from "./rate-limiter.js";
import { intervalUsOf, verdictOf, type Taken } from "./token-bucket.js";

/** Where servers count together; the engine's, over Postgres. */
export interface SharedBuckets {
  take(buckets: readonly { name: string; intervalUs: number; size: number }[]): Promise<Taken[]>;
}

/** What it works with. */
export interface SharedLimiterParts {
  readonly buckets: SharedBuckets;
  /** Told of failures, once a minute at most. */
  readonly onFailure: (error: unknown) => void;
  readonly now?: () => number;
}

const tellEveryMs = 60_000;

/**
 * Counts with all servers of a database. Who was denied is denied here until there is a token, so that those who send far too much
 * cost the database nothing. While the database fails to count, everybody passes: limits are there to keep a service up.
 */
export function createSharedLimiter(parts: SharedLimiterParts): RateLimiter {
  const { buckets, onFailure, now = () => performance.now() } = parts;
  const denied = new LRUCache<string, { readonly verdict: NamedVerdict; readonly at: number }>({ max: maxBuckets });
  let toldAt = -Infinity;

  /** The denial that still holds; nobody can have filled the bucket meanwhile. */
  function denialOf(name: string): NamedVerdict | null {
    const denial = denied.get(name);
    if (denial === undefined) return null;
    const passedMs = now() - denial.at;
    const { resetMs, retryAfterMs, ...rest } = denial.verdict;
    if (passedMs < retryAfterMs) {
      return { ...rest, resetMs: resetMs - passedMs, retryAfterMs: retryAfterMs - passedMs };
    }
    denied.delete(name);
    return null;
  }

  return {
    async take(wanted) {
      for (const { name } of wanted) {
        const denial = denialOf(name);
        if (denial !== null) return [denial];
      }
      try {
        const taken = await buckets.take(
          wanted.map(({ name, rate }) => ({ name, intervalUs: intervalUsOf(rate), size: rate.size })),
        );
        return taken.map((one, index) => {
          const { name, rate } = wanted[index]!;
          const verdict = { name, ...verdictOf(rate, one) };
          if (!verdict.admitted) denied.set(name, { verdict, at: now() });
          return verdict;
        });
      } catch (error) {
        if (now() - toldAt >= tellEveryMs) {
          toldAt = now();
          onFailure(error);
        }
        return [];
      }
    },
  };
}
