import { limits, type Memory, type SaveInput } from "@persisto/contract";

/** Half of what a server takes in one request. */
const batchBytes = 8 * 1024 * 1024;

/**
 * Saves any number of inputs in batches, one after the other, each whole or not at all; gives the ids in input order. `[]`
 * makes no call.
 */
export async function saveAll(memory: Pick<Memory, "saveMany">, inputs: readonly SaveInput[]): Promise<string[]> {
  const ids: string[] = [];
  for (const batch of batchesOf(inputs)) {
    const saved = await memory.saveMany(batch);
    ids.push(...saved.map(({ id }) => id));
  }
  return ids;
}

function batchesOf(inputs: readonly SaveInput[]): SaveInput[][] {
  const batches: SaveInput[][] = [];
  let bytes = Infinity;
  for (const input of inputs) {
    const size = bytesOf(input);
    if (bytes + size > batchBytes || batches.at(-1)?.length === limits.batch) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(input);
    bytes += size;
  }
  return batches;
}

/** At most what it has on the wire: a UTF-16 unit takes three bytes, a number of a vector some twenty. */
function bytesOf({ content, metadata, embedding }: SaveInput): number {
  return 3 * (content.length + JSON.stringify(metadata ?? {}).length) + 24 * (embedding?.length ?? 0);
}
