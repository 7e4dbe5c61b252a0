import { limits, type Memory } from "@persisto/contract";
import { orEmpty } from "./or-empty.js";

/**
 * The different texts under a key of the metadata that have `part` in them. No index knows that, so every memory with the
 * key is read.
 */
export async function findTexts(
  memory: Memory,
  { namespace, key, part }: { namespace: string; key: string; part: string },
): Promise<string[]> {
  const found = new Set<string>();
  const input = { namespace, filters: { [key]: { exists: true } }, limit: limits.pageSize };
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = memory.list(cursor === undefined ? input : { ...input, cursor });
    const { memories, nextCursor }: Awaited<typeof page> = await orEmpty(page, { memories: [], nextCursor: null });
    for (const { metadata } of memories) {
      const value = metadata[key];
      if (typeof value === "string" && value.includes(part)) found.add(value);
    }
    cursor = nextCursor;
  }
  return [...found];
}
