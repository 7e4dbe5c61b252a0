import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { ImportError, toImportItem, type ImportItem, type ReadOptions } from "./import-item.js";
import { splitLines } from "./split-lines.js";

/** Behind a quote that is never closed the rest of a file is one cell. */
const longestRowBytes = 64e6;

/** Rows under a heading. `metadata` holds JSON; columns that a memory has not become metadata, as texts. */
export async function* readCsv(stream: Readable, options: ReadOptions): AsyncGenerator<ImportItem> {
  const parser = parse({ columns: distinct, skip_empty_lines: true, info: true, max_record_size: longestRowBytes });
  // What goes wrong before the parser ends it with that error.
  pipeline(Readable.from(textOf(stream)), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRow>) {
      const where = `line ${info.lines}`;
      const item = toImportItem(typed(record, where), where, options);
      yield { ...item, offset: info.bytes };
    }
  } catch (error) {
    if (error instanceof CsvError) throw new ImportError(`${error.message}.`, { cause: error });
    throw error;
  }
}

async function* textOf(stream: Readable): AsyncGenerator<string> {
  for await (const { text } of splitLines(stream)) yield `${text}\n`;
}

/** The names of columns. Of two with one name a memory would lose one. */
function distinct(names: string[]): string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ImportError(`line 1: two columns are named ${JSON.stringify(twice)}.`);
  return names;
}

interface CsvRow {
  record: Record<string, string>;
  info: { lines: number; bytes: number };
}

/** What is no text in a memory. An empty cell is as good as none. */
function typed(record: Readonly<Record<string, string>>, where: string): Record<string, unknown> {
  const row: Record<string, unknown> = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ""));
  if (typeof row["ttl_seconds"] === "string") row["ttl_seconds"] = Number(row["ttl_seconds"]);
  for (const name of ["metadata", "embedding", "passages"]) {
    const cell = row[name];
    if (typeof cell !== "string") continue;
    try {
      row[name] = JSON.parse(cell);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new ImportError(`${where}: ${name} must be JSON.`);
    }
  }
  return row;
}
