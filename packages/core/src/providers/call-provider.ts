import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { PersistoError } from "@persisto/contract";
import { tooSlow, toProviderError, type Provider } from "./provider-error.js";

/** How long and how often to try. */
export interface CallOptions {
  /** Longest the call may take, its retries and waits included. */
  timeoutMs: number;
  /** Tries after the first. */
  maxRetries: number;
  /** The caller's: aborting it rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** What a call takes unless told otherwise. */
export const callDefaults = { timeoutMs: 30_000, maxRetries: 2 } as const;

const FIRST_WAIT_MS = 500;

/**
 * Calls a provider until it succeeds, fails for good, or the time is over. Waits 0.5 s and doubling between the tries,
 * or as long as Retry-After says when there is so much time.
 * @throws PersistoError with the provider's code.
 */
export async function callProvider<Result>(
  attempt: (stop: AbortSignal) => PromiseLike<Result>,
  { provider, timeoutMs, maxRetries, signal }: CallOptions & { provider: Provider },
): Promise<Result> {
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  for (let retries = 0; ; retries++) {
    try {
      return await Promise.race([attempt(stop), untilAborted(stop)]);
    } catch (thrown) {
      throwIfOver();
      const error = toProviderError(thrown, provider);
      const waitMs = waitBefore(error, retries);
      if (!error.retryable || retries >= maxRetries || waitMs > timeoutMs) throw error;
      await setTimeout(waitMs, undefined, { signal: stop }).catch(throwIfOver);
    }
  }

  function throwIfOver(): void {
    signal?.throwIfAborted();
    if (deadline.aborted) throw tooSlow(provider, timeoutMs);
  }
}

function waitBefore(error: PersistoError, retries: number): number {
  const { retryAfterSeconds } = error.details;
  return retryAfterSeconds === undefined ? FIRST_WAIT_MS * 2 ** retries : retryAfterSeconds * 1000;
}

/** Raced with the attempt, because not everything that is given a signal ends with it. */
async function untilAborted(signal: AbortSignal): Promise<never> {
  await once(signal, "abort");
  throw signal.reason;
}
