import type { Store } from "../store/store.js";
import { inBatches } from "./in-batches.js";

/** Forgets the answers to requests that will not be repeated any more; gives how many. */
export function forgetRequests(store: Pick<Store, "removeOldKeys">): Promise<number> {
  return inBatches((limit) => store.removeOldKeys(limit));
}
