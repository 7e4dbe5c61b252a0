import { dot } from "./exact-neighbours.js";

/** A memory as the tables hold it, with its passages in order and one vector for each. */
export interface Stored {
  readonly id: string;
  readonly content: string;
  readonly chunkCount: number;
  readonly passages: readonly string[];
  readonly vectors: readonly Float32Array[];
}

/** What is wrong with memories that several wrote; all 0 when nothing is. */
export interface Faults {
  /** Ids that are not there. */
  readonly missing: number;
  /** Ids that are there more than once. */
  readonly doubled: number;
  /** Memories with a content that nobody wrote last. */
  readonly lost: number;
  /** Memories whose passages or vectors are not all those of their content. */
  readonly mixed: number;
}

/** Half precision changes a cosine by less; texts that differ are farther apart. */
const sameVector = 0.999;

/** @param lastWritten - for each id the contents that a writer wrote last. @param vectorOf - of a passage, norm 1. */
export function judgeSaved(
  stored: readonly Stored[],
  {
    lastWritten,
    vectorOf,
  }: { lastWritten: ReadonlyMap<string, readonly string[]>; vectorOf: (text: string) => Float32Array },
): Faults {
  const found = new Set(stored.map(({ id }) => id));
  const isWhole = ({ content, chunkCount, passages, vectors }: Stored): boolean =>
    passages.length === chunkCount &&
    vectors.length === chunkCount &&
    passages.every((passage, index) => {
      return content.includes(passage) && dot(vectorOf(passage), vectors[index]!) > sameVector;
    });
  return {
    missing: [...lastWritten.keys()].filter((id) => !found.has(id)).length,
    doubled: stored.length - found.size,
    lost: stored.filter(({ id, content }) => lastWritten.get(id)?.includes(content) !== true).length,
    mixed: stored.filter((memory) => !isWhole(memory)).length,
  };
}
