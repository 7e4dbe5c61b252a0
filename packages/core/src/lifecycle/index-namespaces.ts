import { setTimeout as pause } from "node:timers/promises";
import type { IndexStep, Store } from "../store/store.js";
import type { Log } from "./log.js";
import { paceOf } from "./pace-of.js";

/** Builds the indexes of large namespaces, one step at a time, behind everything else. */
export interface Indexer {
  /** Asks for the index of a namespace that has so many passages; asking again only tells how it grows. */
  request(namespaceId: string, growth: { passages: number; onBuilt: () => void }): void;
  /** Ends the step under way; what is not built is asked for again by later queries. */
  stop(): Promise<void>;
}

/** A namespace that grows is left alone for so long: an index is built several times as fast when the rows are there. */
const quietMs = 5_000;

/** Then it is built while the namespace grows. At the rate of a bulk load a million memories are saved by then. */
const longestWaitMs = 5 * 60_000;

/** Growth that counts, half a percent: single saves go on for ever. */
const notableGrowth = 1.005;

/** After a failure, or while another server builds. */
const retryMs = 30_000;

/** How long a step that was cancelled may take to end before it is cancelled again. */
const cancelAgainMs = 250;

/** What the indexer works with. */
export interface IndexerOptions {
  readonly store: Pick<Store, "stepIndex" | "cancelSteps">;
  readonly log: Log;
  /** Milliseconds since anybody called, 0 during a call; Infinity where nobody has to wait for a step. */
  readonly idleMs: () => number;
  readonly clock?: Clock;
}

/** Time, in milliseconds, and the passing of it. */
export interface Clock {
  now(): number;
  /** Rejects when the signal aborts. A process that has nothing else to do need not wait. */
  pause(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

const systemClock: Clock = {
  now: () => performance.now(),
  pause: (milliseconds, signal) => pause(milliseconds, undefined, { ref: false, signal }),
};

interface Request {
  passages: number;
  readonly onBuilt: () => void;
  readonly askedAt: number;
  readyAt: number;
}

export function createIndexer({ store, log, idleMs, clock = systemClock }: IndexerOptions): Indexer {
  const requests = new Map<string, Request>();
  const stopped = new AbortController();
  let working: Promise<void> | undefined;

  /** Whether nothing is left to do. */
  async function build(namespaceId: string): Promise<boolean> {
    try {
      let step: IndexStep = "more";
      while (step === "more" && !stopped.signal.aborted) {
        const { isShort, rest } = paceOf(idleMs());
        const begunAt = clock.now();
        step = await store.stepIndex(namespaceId, { isShort });
        await wait(rest(clock.now() - begunAt));
      }
      return step === "done";
    } catch (error) {
      if (!stopped.signal.aborted) {
        log.warn("Building a vector index failed; it is tried again, and meanwhile every passage is compared.", error);
      }
      return false;
    }
  }

  /** For so long, or until the end. */
  async function wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await clock.pause(milliseconds, stopped.signal).catch(() => undefined);
  }

  async function work(): Promise<void> {
    while (requests.size > 0 && !stopped.signal.aborted) {
      const now = clock.now();
      const [next] = [...requests].toSorted(([, a], [, b]) => a.readyAt - b.readyAt);
      const [namespaceId, request] = next!;
      if (request.readyAt > now) {
        await wait(request.readyAt - now);
        continue;
      }
      if (await build(namespaceId)) {
        requests.delete(namespaceId);
        request.onBuilt();
      } else {
        request.readyAt = clock.now() + retryMs;
      }
    }
    // Here and not in a later turn, or what is asked for in between would wait for the next request.
    working = undefined;
  }

  return {
    request(namespaceId, { passages, onBuilt }) {
      if (stopped.signal.aborted) return;
      const now = clock.now();
      const known = requests.get(namespaceId);
      if (known === undefined) {
        requests.set(namespaceId, { passages, onBuilt, askedAt: now, readyAt: now + quietMs });
        working ??= work();
      } else if (passages > known.passages * notableGrowth) {
        known.passages = passages;
        known.readyAt = Math.max(known.readyAt, Math.min(now + quietMs, known.askedAt + longestWaitMs));
      }
    },
    async stop() {
      stopped.abort();
      // More than once: a step that was between two statements begins its long one after the first try.
      while (working !== undefined) {
        await store.cancelSteps().catch((error: unknown) => log.warn("An index build could not be ended.", error));
        await Promise.race([working, pause(cancelAgainMs)]);
      }
    },
  };
}
