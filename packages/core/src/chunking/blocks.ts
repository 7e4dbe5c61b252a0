import type { Span } from "./span.js";

/** How good a place is to cut at, from worst to best. */
export const breaks = { grapheme: 0, word: 1, sentence: 2, line: 3, paragraph: 4, heading: 5 } as const;

/** One of the values of `breaks`. */
export type Break = (typeof breaks)[keyof typeof breaks];

/** A part of the content and the break it begins with. */
export interface Part extends Span {
  readonly startsWith: Break;
}

const HEADING = /^ {0,3}#{1,6}\s/;
const LIST_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s/;
const FENCE = /^\s*(`{3,}|~{3,})/;

/** Paragraphs, list items, fenced code, and headings with the paragraph under them; in order and without gaps. */
export function splitBlocks(content: string, span: Span): Generator<Part> {
  let openFence: string | undefined;
  let afterBlank = false;
  let afterHeading = false;
  return cutLines(content, span, (line) => {
    const isBlank = line.trim() === "";
    const wasBlank = afterBlank;
    const wasHeading = afterHeading;
    const fence = FENCE.exec(line)?.[1];
    if (openFence !== undefined) {
      if (fence?.startsWith(openFence) && line.trim() === fence) openFence = undefined;
      afterBlank = openFence === undefined; // what follows fenced code is a block of its own
      return undefined;
    }
    openFence = fence;
    const isHeading = HEADING.test(line);
    afterBlank = isBlank;
    if (!isBlank) afterHeading = isHeading;
    if (isBlank || wasHeading) return undefined;
    if (isHeading) return breaks.heading;
    return wasBlank || fence !== undefined || LIST_ITEM.test(line) ? breaks.paragraph : undefined;
  });
}

/** Lines, each with the blank lines after it; in order and without gaps. */
export function splitLines(content: string, span: Span): Generator<Part> {
  let afterBlank = false;
  return cutLines(content, span, (line) => {
    const isBlank = line.trim() === "";
    const wasBlank = afterBlank;
    afterBlank = isBlank;
    if (isBlank) return undefined;
    return wasBlank ? breaks.paragraph : breaks.line;
  });
}

/** Cuts before each line, from the second on, that `breakBefore` gives a break for. It sees every line, in order. */
function* cutLines(content: string, span: Span, breakBefore: (line: string) => Break | undefined): Generator<Part> {
  let partStart = span.start;
  let startsWith: Break = breaks.line;
  for (let start = span.start, end; start < span.end; start = end) {
    const lineEnd = content.indexOf("\n", start) + 1;
    end = lineEnd === 0 ? span.end : Math.min(lineEnd, span.end);
    const found = breakBefore(content.slice(start, end));
    if (found === undefined || start === span.start) continue;
    yield { start: partStart, end: start, startsWith };
    partStart = start;
    startsWith = found;
  }
  yield { start: partStart, end: span.end, startsWith };
}
