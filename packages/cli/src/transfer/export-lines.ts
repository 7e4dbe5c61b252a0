import { toWire, type Filters, type Memory } from "@persisto/contract";

/** Which memories to write. */
export interface ExportSelection {
  namespace?: string;
  filters?: Filters;
  /** With their passages and vectors. */
  withPassages?: boolean;
}

/** Of 256 KiB each, the most that a memory may have, 50 MB. */
const pageSize = 200;

/** Every memory as a line of JSON in the names of the wire, in the order of saving; one page is held at a time. */
export async function* exportLines(
  memory: Memory,
  selection: ExportSelection,
  onCount: (count: number) => void,
): AsyncGenerator<string> {
  let cursor: string | null = null;
  let count = 0;
  do {
    const page = await memory.list({
      ...selection,
      order: "oldest",
      limit: pageSize,
      ...(cursor !== null && { cursor }),
    });
    // One text a page: a write a line would be a system call each.
    if (page.memories.length > 0) yield page.memories.map((record) => `${JSON.stringify(toWire(record))}\n`).join("");
    count += page.memories.length;
    onCount(count);
    cursor = page.nextCursor;
  } while (cursor !== null);
}
