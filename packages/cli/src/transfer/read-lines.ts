import type { Readable } from "node:stream";
import { ImportError, toImportItem, type ImportItem, type ReadOptions } from "./import-item.js";
import { splitLines } from "./split-lines.js";

/** What `persisto export` writes, and any other file with a JSON object, or a text, in each line. */
export async function* readLines(stream: Readable, options: ReadOptions): AsyncGenerator<ImportItem> {
  for await (const { text, number, end } of splitLines(stream)) {
    if (text.trim() === "") continue;
    const where = `line ${number}`;
    const item = toImportItem(rowOf(text, where), where, options);
    yield { ...item, offset: end };
  }
}

function rowOf(line: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ImportError(`${where}: is no JSON; is it another --format?`);
  }
  if (typeof value === "string") return { content: value };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ImportError(`${where}: must be an object or a text; is it another --format?`);
  }
  return value as Record<string, unknown>;
}
