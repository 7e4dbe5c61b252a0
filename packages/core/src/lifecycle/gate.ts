import { PersistoError } from "@persisto/contract";

/** Lets calls through until it is closed. */
export interface Gate {
  /** Makes a call. @throws PersistoError unavailable once the gate is closed. */
  enter<T>(call: () => Promise<T>): Promise<T>;
  /** Milliseconds since the last call ended; 0 during one, Infinity before the first. */
  idleMs(): number;
  /** Lets no call in any more; resolves when the last one under way has ended. */
  close(): Promise<void>;
}

export function createGate(): Gate {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;
  let lastEndedAt = -Infinity;
  return {
    async enter(call) {
      if (isClosed) throw new PersistoError("unavailable", "This Persisto is closed.", { retryable: false });
      const result = call();
      underWay.add(result);
      try {
        return await result;
      } finally {
        underWay.delete(result);
        lastEndedAt = performance.now();
      }
    },
    idleMs: () => (underWay.size > 0 ? 0 : performance.now() - lastEndedAt),
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
    },
  };
}
