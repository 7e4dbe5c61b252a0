import { mergePieces } from "./merge-pieces.js";
import { splitIntoPieces } from "./pieces.js";
import type { Span } from "./span.js";

/** How large chunks are, in tokens of the embedder. */
export interface ChunkOptions {
  countTokens(text: string): number;
  /** Most tokens of a chunk, at least 1. Only a single grapheme cluster can have more. */
  maxTokens: number;
  /** Most tokens a chunk repeats of the one before it, where a block had to be cut; 0 for none. */
  overlapTokens: number;
}

/**
 * Cuts a content into passages to embed, in order: at headings, paragraphs, list items and fenced code, else at lines,
 * sentences, words, and only inside a longer word between grapheme clusters. Passages are exact slices without the
 * white space around them; all text but white space is in some passage. Content that fits is one passage; white space
 * alone gives [].
 */
export function chunkContent(content: string, options: ChunkOptions): string[] {
  return chunkSpans(content, options).map(({ start, end }) => content.slice(start, end));
}

/** Where in the content the passages of `chunkContent` are. */
export function chunkSpans(content: string, options: ChunkOptions): Span[] {
  const pieces = [...splitIntoPieces(content, { start: 0, end: content.length }, options)];
  return [...mergePieces(content, pieces, options)];
}
