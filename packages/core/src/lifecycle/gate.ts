import { PersistoError } from "@persisto/contract";
import { WorkUnderWay } from "../work-under-way.js";

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
  const underWay = new WorkUnderWay();
  let isClosed = false;
  let lastEndedAt = -Infinity;
  return {
    async enter(call) {
      if (isClosed) throw new PersistoError("unavailable", "This Persisto is closed.", { retryable: false });
      return underWay.during(async () => {
        try {
          return await call();
        } finally {
          lastEndedAt = performance.now();
        }
      });
    },
    idleMs: () => (underWay.count > 0 ? 0 : performance.now() - lastEndedAt),
    async close() {
      isClosed = true;
      await underWay.ended();
    },
  };
}
