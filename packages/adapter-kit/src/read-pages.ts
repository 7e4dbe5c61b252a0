import { limits, type ListInput, type Memory, type MemoryRecord } from "@persisto/contract";
import { orEmpty } from "./or-empty.js";

/** The memories of all pages, newest first, or the newest of them; none in a namespace that nothing was saved in yet. */
export async function readPages(
  memory: Pick<Memory, "list">,
  input: Omit<ListInput, "limit" | "cursor">,
  most = Infinity,
): Promise<MemoryRecord[]> {
  const found: MemoryRecord[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null && found.length < most) {
    const limit = Math.min(limits.pageSize, most - found.length);
    const page = { ...input, limit, ...(cursor !== undefined && { cursor }) };
    const { memories, nextCursor }: Awaited<ReturnType<Memory["list"]>> = await orEmpty(memory.list(page), {
      memories: [],
      nextCursor: null,
    });
    found.push(...memories);
    cursor = nextCursor;
  }
  return found;
}
