/** Lines of a file, counted from 1, both included. */
export interface Passage {
  from: number;
  to: number;
  text: string;
}

// A passage of this size is embedded in one piece (512 tokens), and is small enough to be about one thing.
const maxLines = 40;
const maxCharacters = 1_600;
const minLines = 12;
const minLinesBeforeHeading = 6;

/**
 * Cuts a file into passages that together have all its lines but the blank ones around them. A passage begins, in any
 * language, where a subject does: at a heading, or at a line that is not indented and follows a blank line or the end of
 * a declaration. One that gets too long is cut at its last blank line, or else where it is full.
 */
export function splitFile(text: string): Passage[] {
  const lines = text.split(/\r\n|\n|\r/);
  const passages: Passage[] = [];
  let start = 0;
  while (start < lines.length) {
    const end = endOf(lines, start);
    passages.push(...withoutBlankEdges(lines, start, end));
    start = end;
  }
  return passages;
}

/** The line after the last one of a passage. */
function endOf(lines: readonly string[], start: number): number {
  let lastBlank: number | undefined;
  let characters = 0;
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const length = at - start;
    const before = lines[at - 1] ?? "";
    if (length >= minLinesBeforeHeading && isHeading(line, before)) return at;
    if (length >= minLines && beginsDeclaration(line, before)) return at;
    characters += line.length + 1;
    if (length > 0 && (length >= maxLines || characters > maxCharacters)) return lastBlank ?? at;
    if (length > 0 && isBlank(line)) lastBlank = at;
  }
  return lines.length;
}

function isHeading(line: string, before: string): boolean {
  return /^#{1,6}\s/.test(line) && isBlank(before);
}

function beginsDeclaration(line: string, before: string): boolean {
  const isIndented = /^\s|^[)\]}]/.test(line);
  return !isIndented && !isBlank(line) && (isBlank(before) || /^([)\]}]|end\b)/.test(before));
}

function withoutBlankEdges(lines: readonly string[], start: number, end: number): Passage[] {
  let from = start;
  let to = end;
  while (from < to && isBlank(lines[from] ?? "")) from++;
  while (to > from && isBlank(lines[to - 1] ?? "")) to--;
  return from === to ? [] : [{ from: from + 1, to, text: lines.slice(from, to).join("\n") }];
}

function isBlank(line: string): boolean {
  return line.trim() === "";
}
