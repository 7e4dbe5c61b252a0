import { mergePieces } from "./merge-pieces.js";
import { splitIntoPieces } from "./pieces.js";
import type { Span } from "./span.js";

/** A passage of a content. */
export interface Chunk {
  /** An exact slice of the content without white space around it; never empty. */
  text: string;
  /** Code points of the content before it: `substring(content from start + 1 for length)` in Postgres is `text`. */
  start: number;
  /** Code points of `text`. */
  length: number;
}

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
 * sentences, words, and only inside a longer word between grapheme clusters. All text but white space is in some
 * chunk. Content that fits is one chunk; white space alone gives [].
 */
export function chunkContent(content: string, options: ChunkOptions): Chunk[] {
  const pieces = [...splitIntoPieces(content, { start: 0, end: content.length }, options)];
  return toChunks(content, mergePieces(content, pieces, options));
}

function toChunks(content: string, spans: Iterable<Span>): Chunk[] {
  const chunks: Chunk[] = [];
  let unit = 0;
  let point = 0;
  for (const { start, end } of spans) {
    point += countCodePoints(content.slice(unit, start));
    unit = start;
    const text = content.slice(start, end);
    chunks.push({ text, start: point, length: countCodePoints(text) });
  }
  return chunks;
}

function countCodePoints(text: string): number {
  let points = text.length;
  for (let index = 1; index < text.length; index++) {
    const isPair = (text.charCodeAt(index) & 0xfc00) === 0xdc00 && (text.charCodeAt(index - 1) & 0xfc00) === 0xd800;
    if (isPair) points--;
  }
  return points;
}
