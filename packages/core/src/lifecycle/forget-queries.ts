import type { Store } from "../store/store.js";
import { inBatches } from "./in-batches.js";

/** Deletes what the query history has held for so many days; null keeps it for ever. Gives how many. */
export async function forgetQueries(
  store: Pick<Store, "removeOldQueries">,
  retentionDays: number | null,
): Promise<number> {
  return retentionDays === null ? 0 : inBatches((limit) => store.removeOldQueries(retentionDays, limit));
}
