import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { ImportError, toImportItem, type ImportItem, type ReadOptions } from "./import-item.js";

/** What `persisto export` writes, and any other file with a JSON object, or a text, in each line. */
export async function* readLines(stream: Readable, options: ReadOptions): AsyncGenerator<ImportItem> {
  let number = 0;
  let offset = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    number += 1;
    offset += Buffer.byteLength(line) + 1;
    // A file from Windows may begin with a byte order mark.
    const text = number === 1 ? line.replace(/^\uFEFF/, "") : line;
    if (text.trim() === "") continue;
    const where = `line ${number}`;
    const item = toImportItem(rowOf(text, where), where, options);
    yield { ...item, offset };
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
