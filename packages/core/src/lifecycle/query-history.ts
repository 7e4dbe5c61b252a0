import type { QueryLogEntry } from "@persisto/contract";
import type { Store } from "../store/store.js";
import type { Log } from "./log.js";

/** A query as the engine reports it. */
export interface AskedQuery extends Omit<QueryLogEntry, "timestamp"> {
  readonly projectId: string;
}

/** Writes the query history off the path of the queries. */
export interface QueryHistory {
  /** Keeps an entry to be written within a second. */
  record(entry: AskedQuery): void;
  /** Writes what is kept. Entries that cannot be written are kept for the next time. */
  flush(): Promise<void>;
}

/** Entries kept while the database cannot be written; older ones are dropped beyond it. */
const maxKept = 10_000;
const batchSize = 500;

export function createQueryHistory(store: Pick<Store, "recordQueries">, log: Log): QueryHistory {
  const kept: (AskedQuery & { readonly askedAtMs: number })[] = [];
  let isOverflowing = false;
  let writing: Promise<void> = Promise.resolve();
  /** Time of the last entry written. An age grows while the database keeps it waiting, which it does not always for as long. */
  let last: string | null = null;

  async function write(): Promise<void> {
    while (kept.length > 0) {
      const batch = kept.splice(0, batchSize);
      const now = performance.now();
      try {
        // The entry's own time is told as an age, so that only the database's clock counts.
        last = await store.recordQueries(
          batch.map(({ askedAtMs, ...entry }) => ({ ...entry, ageMs: now - askedAtMs })),
          last,
        );
      } catch (error) {
        kept.unshift(...batch);
        throw error;
      }
      isOverflowing = false;
    }
  }

  return {
    record(entry) {
      kept.push({ ...entry, askedAtMs: performance.now() });
      if (kept.length <= maxKept) return;
      kept.shift();
      if (!isOverflowing) log.warn(`The query history cannot be written; only the newest ${maxKept} entries are kept.`);
      isOverflowing = true;
    },
    flush() {
      // One after another: two writers would write out of order.
      writing = writing.then(write, write);
      return writing;
    },
  };
}
