import type { Store } from "../store/store.js";
import { inBatches } from "./in-batches.js";

/** The sums of each hour are kept for good; the entries behind them, for whoever wants to check a bill. */
const entryDays = 90;

/** Adds up the usage of hours that are over, and forgets entries that nobody will ask for any more. */
export async function settleUsage(store: Pick<Store, "rollUpUsage" | "removeOldUsage">): Promise<void> {
  await store.rollUpUsage();
  await inBatches((limit) => store.removeOldUsage(entryDays, limit));
}
