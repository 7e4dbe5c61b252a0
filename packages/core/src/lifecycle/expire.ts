import type { Store } from "../store/store.js";

/** Small batches: each is a transaction that others may have to wait for. */
const batchSize = 500;

/** Physically deletes every expired record; gives how many. They were invisible already. */
export async function expire(store: Pick<Store, "removeExpired">): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await store.removeExpired(batchSize);
    total += removed;
    if (removed < batchSize) return total;
  }
}
