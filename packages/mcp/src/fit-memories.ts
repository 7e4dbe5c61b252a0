import type { ShownMemory } from "@persisto/adapter-kit";

/** The memories of which no more than `maxCharacters` are shown, and how many are left out. */
export interface FittedMemories<Shown> {
  shown: Shown[];
  leftOut: number;
}

/** As many memories as fit, in their order; a first one that alone is too long is cut. */
export function fitMemories<Shown extends ShownMemory>(
  memories: readonly Shown[],
  maxCharacters: number,
): FittedMemories<Shown> {
  const shown: Shown[] = [];
  let left = maxCharacters;
  for (const memory of memories) {
    const length = memory.content.length + metadataLength(memory);
    if (length > left && shown.length > 0) break;
    const isLong = memory.content.length > left;
    shown.push(isLong ? { ...memory, content: `${memory.content.slice(0, left).toWellFormed()}...` } : memory);
    left -= length;
  }
  return { shown, leftOut: memories.length - shown.length };
}

function metadataLength({ metadata }: ShownMemory): number {
  return metadata === undefined ? 0 : JSON.stringify(metadata).length;
}
