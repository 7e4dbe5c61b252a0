/** Small: each is a transaction that others may have to wait for. */
const batchSize = 500;

/** Deletes in batches until one is not full; gives how many. */
export async function inBatches(remove: (limit: number) => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await remove(batchSize);
    total += removed;
    if (removed < batchSize) return total;
  }
}
