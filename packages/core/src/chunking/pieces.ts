import { breaks, splitBlocks, splitLines, type Part } from "./blocks.js";
import { splitGraphemes, splitSentences, splitWords } from "./inline-parts.js";
import { trimSpan, type Span } from "./span.js";

/** A part that fits into a chunk, and its tokens, with the white space around it. */
export interface Piece extends Part {
  readonly tokens: number;
}

/** How large a piece may be. */
export interface PieceLimits {
  countTokens(text: string): number;
  maxTokens: number;
}

type Source = PieceLimits & { content: string };

/** From the best places to cut at to the worst; each is tried only on what is still too long. */
const splitters = [splitBlocks, splitLines, splitSentences, splitWords];

/** A cut word's parts in one chunk: if each were to fill one, those slightly too long would leave half a chunk. */
const PARTS_PER_CHUNK = 4;

/**
 * Cuts a span into pieces of at most `maxTokens`, at the best breaks that do. Only a piece that is a single grapheme
 * cluster can be longer. In order and without gaps, except that pieces of white space are left out.
 */
export function* splitIntoPieces(content: string, span: Span, limits: PieceLimits): Generator<Piece> {
  const source = { content, ...limits };
  const whole = measure({ ...span, startsWith: breaks.paragraph }, source);
  if (whole !== undefined) yield* refine(whole, 0, source);
}

function* refine(piece: Piece, depth: number, source: Source): Generator<Piece> {
  if (fits(piece, source)) {
    yield piece;
    return;
  }
  const splitter = splitters[depth];
  const parts = splitter === undefined ? wordParts(piece, source) : splitter(source.content, piece);
  for (const part of parts) {
    if (part.start === piece.start && part.end === piece.end) {
      // the same text again, which need not be counted again; after the last splitter it is one cluster
      if (splitter === undefined) yield piece;
      else yield* refine(piece, depth + 1, source);
      return;
    }
    const startsWith = part.start === piece.start ? piece.startsWith : part.startsWith;
    const finer = measure({ ...part, startsWith }, source);
    if (finer !== undefined) yield* refine(finer, depth + 1, source);
  }
}

/** Undefined for white space. */
function measure(part: Part, { content, countTokens }: Source): Piece | undefined {
  const text = content.slice(part.start, part.end);
  const opening = text.trimStart();
  if (opening === "") return undefined;
  const tokens = countTokens(text);
  // " a" is one token to some tokenizers and "a" is two; a chunk may begin here, without the space
  return { ...part, tokens: opening === text ? tokens : Math.max(tokens, countTokens(opening)) };
}

/** White space around a piece counts for some tokenizers, but it is no part of a chunk's text. */
function fits(piece: Piece, { content, countTokens, maxTokens }: Source): boolean {
  if (piece.tokens <= maxTokens) return true;
  const { start, end } = trimSpan(content, piece);
  return end - start < piece.end - piece.start && countTokens(content.slice(start, end)) <= maxTokens;
}

function wordParts(piece: Piece, { content, maxTokens }: Source): Generator<Part> {
  const parts = Math.ceil(piece.tokens / maxTokens) * PARTS_PER_CHUNK;
  const length = Math.floor((piece.end - piece.start) / parts);
  return splitGraphemes(content, piece, Math.max(1, length));
}
