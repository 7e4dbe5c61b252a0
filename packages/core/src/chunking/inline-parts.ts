import { breaks, type Part } from "./blocks.js";
import { segments } from "./segments.js";
import { isGraphemeBoundary, type Span } from "./span.js";

const WHITE = /^\s+$/;

/** Sentences, each with the space after it. Scripts without sentence marks (Thai) give one. */
export function* splitSentences(content: string, span: Span): Generator<Part> {
  for (const { start, end } of segments(content, span, "sentence")) yield { start, end, startsWith: breaks.sentence };
}

/** Words, each with the punctuation and space after it; in scripts without spaces the words a dictionary finds. */
export function* splitWords(content: string, span: Span): Generator<Part> {
  let start = span.start;
  let hasText = false;
  let afterSpace = false;
  for (const segment of segments(content, span, "word")) {
    const isSpace = WHITE.test(content.slice(segment.start, segment.end));
    if (hasText && !isSpace && (segment.isWordLike || afterSpace)) {
      yield { start, end: segment.start, startsWith: breaks.word };
      start = segment.start;
    }
    hasText ||= !isSpace;
    afterSpace = isSpace;
  }
  yield { start, end: span.end, startsWith: breaks.word };
}

/** Parts of about `length` UTF-16 units, cut between grapheme clusters; longer only when one cluster is. */
export function* splitGraphemes(content: string, span: Span, length: number): Generator<Part> {
  let start = span.start;
  while (start < span.end) {
    const end = graphemeEnd(content, { start, end: span.end }, start + length);
    yield { start, end, startsWith: breaks.grapheme };
    start = end;
  }
}

/** The last end of a cluster up to `target`, or that of the first cluster. */
function graphemeEnd(content: string, span: Span, target: number): number {
  if (target >= span.end) return span.end;
  if (isGraphemeBoundary(content, span.start, target)) return target;
  for (const { start, end } of segments(content, span, "grapheme")) {
    if (end > target) return start > span.start ? start : end;
  }
  return span.end;
}
