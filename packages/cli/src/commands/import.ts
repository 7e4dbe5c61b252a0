import { createReadStream, statSync } from "node:fs";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { Option, type Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected } from "../connection.js";
import { isTerminal, printJson, printLine } from "../print.js";
import { createProgress } from "../progress.js";
import type { ImportItem, ReadOptions } from "../transfer/import-item.js";
import { readCsv } from "../transfer/read-csv.js";
import { readLines } from "../transfer/read-lines.js";
import { readMarkdown } from "../transfer/read-markdown.js";
import { readMem0 } from "../transfer/read-mem0.js";
import { saveItems } from "../transfer/save-items.js";
import { UsageError } from "../usage-error.js";

const formats = ["ndjson", "csv", "mem0", "markdown"] as const;
type Format = (typeof formats)[number];

interface ImportOptions {
  format?: Format;
  namespace?: string;
  embedAnew?: true;
  json?: true;
}

/** `persisto import` */
export function addImport(program: Command): void {
  const command = program
    .command("import")
    .description("save the memories of a file, a folder of Markdown, or stdin")
    .argument("[path]", "a file or a folder; - or nothing reads stdin")
    .addOption(
      new Option("--format <name>", "default: by the name of the file; ndjson from stdin").choices([...formats]),
    )
    .option("-n, --namespace <name>", "put all of them there (default: as each says, else default)")
    .option("--embed-anew", "leave out the vectors and passages of the file, as for a store with another embedder")
    .option("--json", "print the counts as JSON")
    .addHelpText(
      "after",
      `
Formats
  ndjson    what persisto export writes, or any JSON object a line with content or text
  csv       a heading with content or text; other columns become metadata
  mem0      the JSON of mem0's get_all()
  markdown  a folder, a memory for each .md file

Examples
  $ persisto import memories.ndjson
  $ persisto import notes/ --namespace notes
  $ persisto import mem0.json --format mem0`,
    )
    .action(importAll);
  addConnectionOptions(command);
}

async function importAll(path: string | undefined, options: ImportOptions, command: Command): Promise<void> {
  const { source, size } = open(path);
  const format = options.format ?? formatOf(path, source);
  const read: ReadOptions = {
    namespace: options.namespace ?? "default",
    isForced: options.namespace !== undefined,
    embedsAnew: options.embedAnew === true,
  };
  const progress = createProgress({ total: size, label: "Importing" });
  const result = await connected(command, ({ memory }) =>
    saveItems(memory, items(source, { format, read }), ({ saved }, offset) =>
      progress.update(offset, `${saved} memories`),
    ),
  ).finally(() => progress.end());
  const { saved, expired } = result;
  if (options.json) return printJson(result);
  printLine(isTerminal() ? `Saved ${saved} memories.` : String(saved));
  if (expired > 0) process.stderr.write(`${expired} had expired and were left out.\n`);
}

/** A stream, or the path of a folder. */
type Source = Readable | string;

function open(path: string | undefined): { source: Source; size: number } {
  if (path === undefined || path === "-") {
    if (process.stdin.isTTY)
      throw new UsageError("what to import is missing: a file, a folder, or something piped in.");
    return { source: process.stdin, size: 0 };
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no ${path}.`);
  return stats.isDirectory() ? { source: path, size: 0 } : { source: createReadStream(path), size: stats.size };
}

function formatOf(path: string | undefined, source: Source): Format {
  if (typeof source === "string") return "markdown";
  if (path === undefined || path === "-") return "ndjson";
  const extension = extname(path).toLowerCase();
  if ([".ndjson", ".jsonl"].includes(extension)) return "ndjson";
  if (extension === ".csv") return "csv";
  throw new UsageError(`${path} may be anything; say what it is with --format ${formats.join(", ")}.`);
}

function items(source: Source, { format, read }: { format: Format; read: ReadOptions }): AsyncIterable<ImportItem> {
  if (typeof source === "string") {
    if (format !== "markdown") throw new UsageError(`a folder can only be markdown, not ${format}; name a file.`);
    return readMarkdown(source, read);
  }
  switch (format) {
    case "ndjson":
      return readLines(source, read);
    case "csv":
      return readCsv(source, read);
    case "mem0":
      return readMem0(source, read);
    case "markdown":
      throw new UsageError("markdown is read from a folder; name the folder.");
  }
}
