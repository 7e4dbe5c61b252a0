/** A stretch of the content, in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Two characters that never share a cluster: Latin, Greek, Cyrillic, Hebrew, Arabic, Thai, punctuation, kana,
 * ideographs and Hangul syllables without their marks and signs. Spares most texts a segmenter call of some 5 µs a cut.
 */
const plain =
  "\\u0000-\\u02ff\\u0370-\\u0482\\u048a-\\u052f\\u05d0-\\u05ea\\u0620-\\u064a\\u0e01-\\u0e30\\u0e32\\u0e40-\\u0e46" +
  "\\u2010-\\u2027\\u3000-\\u3029\\u3031-\\u3098\\u309b-\\u9fff\\uac00-\\ud7a3\\uff01-\\uff9d";
const PLAIN_PAIR = new RegExp(`^(?!\\r\\n)[${plain}][${plain}]$`);

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Whether a cut at `index` leaves every grapheme cluster whole.
 * @param from A place before `index` that is known to be such a cut.
 */
export function isGraphemeBoundary(content: string, from: number, index: number): boolean {
  if (PLAIN_PAIR.test(content.slice(index - 1, index + 1))) return true;
  const afterLength = (content.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  return graphemes.segment(content.slice(from, index + afterLength)).containing(index - from)?.index === index - from;
}

/** The span without the white space around it; empty when there is nothing else. */
export function trimSpan(content: string, { start, end }: Span): Span {
  const text = content.slice(start, end);
  const trimmedStart = end - text.trimStart().length;
  if (trimmedStart === end) return { start, end: start };
  const trimmedEnd = start + text.trimEnd().length;
  return { start: keepAccented(content, start, trimmedStart), end: keepPrefixed(content, trimmedEnd, end) };
}

/** An accent on a space makes one cluster of the two, so that space stays. */
function keepAccented(content: string, from: number, start: number): number {
  return start === from || isGraphemeBoundary(content, start - 1, start) ? start : start - 1;
}

/** Some signs (U+0600 and its like) take the character after them into their cluster, a space too. */
function keepPrefixed(content: string, end: number, limit: number): number {
  if (end === limit) return end;
  const last = end - 1;
  const isLowSurrogate = (content.charCodeAt(last) & 0xfc00) === 0xdc00;
  return isGraphemeBoundary(content, isLowSurrogate ? last - 1 : last, end) ? end : end + 1;
}
