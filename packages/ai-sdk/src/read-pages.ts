import { limits, type ListInput, type Memory, type MemoryRecord } from "@persisto/contract";
import { isUnknownNamespace } from "./recall.js";

/** The memories of all pages, newest first; none in a namespace that nothing was saved in yet. */
export async function readPages(
  memory: Pick<Memory, "list">,
  input: Omit<ListInput, "limit" | "cursor">,
): Promise<MemoryRecord[]> {
  const records: MemoryRecord[] = [];
  let cursor: string | null = null;
  try {
    do {
      const page = { ...input, limit: limits.pageSize, ...(cursor && { cursor }) };
      const { memories, nextCursor }: Awaited<ReturnType<Memory["list"]>> = await memory.list(page);
      records.push(...memories);
      cursor = nextCursor;
    } while (cursor !== null);
  } catch (error) {
    if (isUnknownNamespace(error)) return [];
    throw error;
  }
  return records;
}
