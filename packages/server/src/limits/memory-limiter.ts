import { LRUCache } from "lru-cache";
import { maxBuckets, type NamedVerdict, type RateLimiter } from "./rate-limiter.js";
import { takeToken, verdictOf } from "./token-bucket.js";

/** Counts in the memory of this process. */
export function createMemoryLimiter({ now = () => performance.now() } = {}): RateLimiter {
  const fullAt = new LRUCache<string, number>({ max: maxBuckets });
  return {
    async take(wanted) {
      const time = now();
      const verdicts: NamedVerdict[] = [];
      const changes: [name: string, fullAt: number][] = [];
      for (const { name, rate } of wanted) {
        const taken = takeToken(rate, { fullAt: fullAt.get(name), now: time });
        verdicts.push({ name, ...verdictOf(rate, taken) });
        // Nothing is kept of what was taken before: who is denied has used nothing.
        if (!taken.admitted) return verdicts;
        changes.push([name, time + taken.fullInMs]);
      }
      for (const [name, at] of changes) fullAt.set(name, at);
      return verdicts;
    },
  };
}
