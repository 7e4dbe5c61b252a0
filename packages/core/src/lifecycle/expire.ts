import type { Store } from "../store/store.js";
import { inBatches } from "./in-batches.js";

/** Physically deletes every expired record; gives how many. They were invisible already. */
export function expire(store: Pick<Store, "removeExpired">): Promise<number> {
  return inBatches((limit) => store.removeExpired(limit));
}
