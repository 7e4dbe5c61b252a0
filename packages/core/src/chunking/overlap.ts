import { breaks, type Part } from "./blocks.js";
import { splitSentences, splitWords } from "./inline-parts.js";
import type { Piece } from "./pieces.js";

/** The end of a chunk that the next one repeats. */
export interface Overlap {
  /** Where it begins, in UTF-16 units. */
  readonly start: number;
  readonly tokens: number;
}

/** Where the overlap may be and how long. */
export interface OverlapOptions {
  countTokens(text: string): number;
  /** Most tokens of the overlap. */
  maxTokens: number;
  /** The overlap begins after this place: that of the chunk before. */
  after: number;
  /** Index of the first piece of the chunk that gets the overlap. */
  first: number;
}

/**
 * The last whole pieces of the same block before a chunk; if even one is too long its last sentences, or its last
 * words. Undefined when the chunk begins a block or nothing fits.
 */
export function findOverlap(content: string, pieces: readonly Piece[], options: OverlapOptions): Overlap | undefined {
  const last = pieces[options.first - 1];
  if (last === undefined || options.maxTokens <= 0 || beginsBlock(pieces[options.first])) return undefined;
  const found =
    takeBack(content, piecesBefore(pieces, options.first), options) ?? takeBackInside(content, last, options);
  if (found === undefined) return undefined;
  // parts of a word can have fewer tokens than the whole, so the sum is checked
  const text = content.slice(found.start, last.end).trim();
  return options.countTokens(text) <= options.maxTokens ? found : undefined;
}

function* piecesBefore(pieces: readonly Piece[], first: number): Generator<Piece> {
  for (let index = first - 1; index >= 0 && !beginsBlock(pieces[index + 1]); index--) {
    const piece = pieces[index];
    if (piece !== undefined) yield piece;
  }
}

function takeBackInside(content: string, piece: Piece, options: OverlapOptions): Overlap | undefined {
  const sentences = [...splitSentences(content, piece)].toReversed();
  const lastSentence = sentences[0] ?? piece;
  return (
    takeBack(content, sentences, options) ??
    takeBack(content, [...splitWords(content, lastSentence)].toReversed(), options)
  );
}

/** As many parts as fit, from the last one backwards. */
function takeBack(
  content: string,
  parts: Iterable<Part>,
  { countTokens, maxTokens, after }: OverlapOptions,
): Overlap | undefined {
  let taken: Overlap | undefined;
  for (const { start, end } of parts) {
    const tokens = (taken?.tokens ?? 0) + countTokens(content.slice(start, end));
    if (start <= after || tokens > maxTokens) break;
    taken = { start, tokens };
  }
  return taken;
}

function beginsBlock(piece: Piece | undefined): boolean {
  return piece !== undefined && piece.startsWith >= breaks.paragraph;
}
