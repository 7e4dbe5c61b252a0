import { createHash } from "node:crypto";
import { PersistoAuthError, PersistoRateLimitError } from "@persisto/contract";
import { LRUCache } from "lru-cache";
import { maxBuckets } from "./rate-limiter.js";
import { intervalUsOf, takeToken, verdictOf, type Rate } from "./token-bucket.js";

/** Finds out what a credential opens, unless too many were refused. */
export type Brake = <Opened>(
  sender: { readonly address: string; readonly credential: string },
  open: () => Promise<Opened>,
) => Promise<Opened>;

/** How long a credential that worked is not held up by others. */
const trustedForMs = 60 * 60_000;

/**
 * Stops an address from trying credentials, before they are looked at. Counts in this process alone, because whoever sends nonsense must
 * not make a database write. A credential that has worked here within the hour passes all the same: somebody who guesses
 * cannot know it, and one bad neighbour behind a shared address, or a proxy nobody told us of, does not lock out the others.
 * @throws PersistoRateLimitError from the returned function.
 */
export function createRefusalBrake(rate: Rate, { now = () => performance.now() } = {}): Brake {
  const fullAt = new LRUCache<string, number>({ max: maxBuckets });
  const worked = new LRUCache<string, number>({ max: maxBuckets });

  function emptyForMs(address: string): number {
    return verdictOf(rate, takeToken(rate, { fullAt: fullAt.get(address), now: now() })).retryAfterMs;
  }

  /** Also from an empty bucket: those that were tried at the same time are paid for later. */
  function charge(address: string): void {
    fullAt.set(address, Math.max(fullAt.get(address) ?? 0, now()) + intervalUsOf(rate) / 1_000);
  }

  return async ({ address, credential }, open) => {
    const digest = createHash("sha256").update(credential).digest("base64");
    const waitMs = emptyForMs(address);
    if (waitMs > 0 && now() - (worked.get(digest) ?? -Infinity) > trustedForMs) {
      throw new PersistoRateLimitError("Too many wrong or missing API keys from this address; wait a little.", {
        details: { retryAfterSeconds: Math.ceil(waitMs / 1_000) },
      });
    }
    try {
      const opened = await open();
      worked.set(digest, now());
      return opened;
    } catch (error) {
      if (error instanceof PersistoAuthError) {
        worked.delete(digest);
        charge(address);
      }
      throw error;
    }
  };
}
