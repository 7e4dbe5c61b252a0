import { limits, type Memory, type SaveInput } from "@persisto/contract";

/** Half of what a server takes in one request. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** Saves any number of inputs in batches, one after the other, each whole or not at all; none makes no call. */
export async function saveAll(memory: Pick<Memory, "saveMany">, inputs: readonly SaveInput[]): Promise<void> {
  let batch: SaveInput[] = [];
  let bytes = 0;
  for (const input of inputs) {
    const size = mostBytesOf(input);
    if (batch.length > 0 && (batch.length === limits.batch || bytes + size > BATCH_BYTES)) {
      await memory.saveMany(batch);
      [batch, bytes] = [[], 0];
    }
    batch.push(input);
    bytes += size;
  }
  if (batch.length > 0) await memory.saveMany(batch);
}

/** A UTF-16 unit takes at most three bytes. */
function mostBytesOf({ content, metadata }: SaveInput): number {
  return 3 * (content.length + JSON.stringify(metadata ?? {}).length);
}
