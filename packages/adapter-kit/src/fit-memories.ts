import type { Hit } from "@persisto/contract";

/** What is shown of a memory. */
export type ShownMemory = Pick<Hit, "id" | "content" | "createdAt"> & Partial<Pick<Hit, "metadata">>;

/** The memories of which no more than so many characters are shown, and how many are left out. */
export interface FittedMemories<Shown> {
  shown: Shown[];
  leftOut: number;
}

/**
 * As many memories as fit, in their order, by their content, and with `withMetadata` their metadata, too; of a first one that alone is too long
 * the content is cut.
 */
export function fitMemories<Shown extends ShownMemory>(
  memories: readonly Shown[],
  { maxCharacters, withMetadata = false }: { maxCharacters: number; withMetadata?: boolean },
): FittedMemories<Shown> {
  const shown: Shown[] = [];
  let left = maxCharacters;
  for (const memory of memories) {
    const { content, metadata } = memory;
    const length = content.length + (withMetadata && metadata ? JSON.stringify(metadata).length : 0);
    if (length > left && shown.length > 0) break;
    const isLong = content.length > left;
    shown.push(isLong ? { ...memory, content: `${content.slice(0, left).toWellFormed()}...` } : memory);
    left -= length;
  }
  return { shown, leftOut: memories.length - shown.length };
}
