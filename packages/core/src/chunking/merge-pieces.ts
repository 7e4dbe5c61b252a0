import { findOverlap } from "./overlap.js";
import type { Piece, PieceLimits } from "./pieces.js";
import { trimSpan, type Span } from "./span.js";

/** How pieces make chunks. */
export interface MergeOptions extends PieceLimits {
  overlapTokens: number;
}

/**
 * Joins neighbouring pieces into chunks of at most `maxTokens`, without the white space around them. Where a block
 * was cut, a chunk begins with the end of the one before it.
 *
 * The pieces' counts are added up. That is exact for WordPiece where pieces end at a space, a punctuation mark or an
 * ideograph, since no token spans one. Inside a word (Thai, a cut URL) the parts can have fewer tokens than the
 * whole, so each chunk is counted once as it will be embedded, and made smaller if need be.
 */
export function* mergePieces(content: string, pieces: readonly Piece[], options: MergeOptions): Generator<Span> {
  let previousStart = -1;
  for (let first = 0; first < pieces.length;) {
    const opening = pieceAt(pieces, first);
    const overlap = findOverlap(content, pieces, {
      countTokens: options.countTokens,
      maxTokens: Math.min(options.overlapTokens, options.maxTokens - opening.tokens),
      after: previousStart,
      first,
    });
    let start = overlap?.start ?? opening.start;
    let end = chunkEnd(pieces, { first, tokens: overlap?.tokens ?? 0, maxTokens: options.maxTokens });
    let chunk = trimSpan(content, { start, end: pieceAt(pieces, end - 1).end });
    while (options.countTokens(content.slice(chunk.start, chunk.end)) > options.maxTokens) {
      if (start < opening.start) start = opening.start;
      else if (end - first > 1) end = first + Math.ceil((end - first) / 2);
      else break; // one piece fits by itself, unless it is a single grapheme cluster
      chunk = trimSpan(content, { start, end: pieceAt(pieces, end - 1).end });
    }
    yield chunk;
    previousStart = start;
    first = end;
  }
}

/** Index after the chunk's last piece: as many as fit, cut at the best break in the second half. */
function chunkEnd(
  pieces: readonly Piece[],
  { first, tokens, maxTokens }: { first: number; tokens: number; maxTokens: number },
): number {
  let end = first + 1;
  let filled = tokens + pieceAt(pieces, first).tokens;
  while (end < pieces.length && filled + pieceAt(pieces, end).tokens <= maxTokens) {
    filled += pieceAt(pieces, end).tokens;
    end++;
  }
  if (end === pieces.length) return end;
  let best = end;
  for (let cut = end; cut > first && filled >= maxTokens / 2; cut--) {
    if (pieceAt(pieces, cut).startsWith > pieceAt(pieces, best).startsWith) best = cut;
    filled -= pieceAt(pieces, cut - 1).tokens;
  }
  return best;
}

function pieceAt(pieces: readonly Piece[], index: number): Piece {
  const piece = pieces[index];
  if (piece === undefined) throw new RangeError(`no piece ${index} of ${pieces.length}`);
  return piece;
}
