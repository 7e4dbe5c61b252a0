const segmenter = new Intl.Segmenter();
const wide =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uFF01-\uFF60]/u;

/** A table of one line a row that fits the width; the last column gives way. Nothing in a cell steers the terminal. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const cells = [headings, ...rows].map((row) => row.map(visible));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ""))));
  const last = headings.length - 1;
  const taken = widths.slice(0, last).reduce((sum, one) => sum + one + 2, 0);
  widths[last] = Math.max(12, Math.min(widths[last] ?? 0, width - taken));
  return cells
    .map((row) => row.map((cell, column) => fit(cell, { width: widths[column] ?? 0, pad: column < last })).join("  "))
    .join("\n");
}

function visible(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, "\uFFFD")
    .trim();
}

function fit(text: string, { width, pad }: { width: number; pad: boolean }): string {
  const size = widthOf(text);
  if (size <= width) return pad ? text + " ".repeat(width - size) : text;
  let kept = "";
  for (const { segment } of segmenter.segment(text)) {
    if (widthOf(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function widthOf(text: string): number {
  let sum = 0;
  for (const { segment } of segmenter.segment(text)) sum += wide.test(segment) ? 2 : 1;
  return sum;
}
