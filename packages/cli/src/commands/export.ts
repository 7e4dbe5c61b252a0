import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Filters } from "@persisto/contract";
import type { Command } from "commander";
import { addConnectionOptions } from "../connection-options.js";
import { connected, type Connection } from "../connection.js";
import { namespaceOption } from "../namespace-option.js";
import { jsonObject } from "../option-values.js";
import { isTerminal } from "../print.js";
import { createProgress } from "../progress.js";
import { exportLines } from "../transfer/export-lines.js";
import { UsageError } from "../usage-error.js";

interface ExportOptions {
  namespace?: string;
  filter?: Filters;
  vectors?: true;
  to?: string;
}

/** `persisto export` */
export function addExport(program: Command): void {
  const command = program
    .command("export")
    .description("write memories as NDJSON, a JSON object a line, for persisto import and other programs")
    .addOption(namespaceOption("only this namespace"))
    .option("-f, --filter <json>", "conditions on metadata", jsonObject<Filters>)
    .option("--vectors", "with the passages and their vectors, which an import then need not make again")
    .option("--to <file>", "a new file; without it they go to stdout")
    .addHelpText(
      "after",
      `
Vectors are only of use to a store with the same embedder. They make a file some ten times as large.

Examples
  $ persisto export > memories.ndjson
  $ persisto export -n notes --vectors --to notes.ndjson --url http://127.0.0.1:8000`,
    )
    .action((options: ExportOptions) => connected(command, (connection) => write(connection, options)));
  addConnectionOptions(command);
}

async function write({ memory }: Connection, { namespace, filter, vectors, to }: ExportOptions): Promise<void> {
  const selection = {
    ...(namespace !== undefined && { namespace }),
    ...(filter !== undefined && { filters: filter }),
    ...(vectors && { withPassages: true }),
  };
  // On a terminal the lines themselves show how far it is, and a bar would stand among them.
  const isShown = to !== undefined || !isTerminal();
  const progress = createProgress({ isShown, total: await totalOf(memory, namespace), label: "Exporting" });
  let written = 0;
  const lines = exportLines(memory, selection, (count) => {
    written = count;
    progress.update(count, `${count} memories`);
  });
  try {
    if (to === undefined) await pipeline(Readable.from(lines), process.stdout, { end: false });
    else await pipeline(Readable.from(lines), createWriteStream(to, { flags: "wx" }));
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EEXIST") throw error;
    throw new UsageError(`${to ?? ""} exists already; name a new file, or remove it.`);
  } finally {
    progress.end();
  }
  if (to !== undefined) process.stderr.write(`Wrote ${written} memories to ${to}.\n`);
}

/** An upper bound with a filter, which is good enough for a bar; costs a scan of nothing but counters. */
async function totalOf(memory: Connection["memory"], namespace: string | undefined): Promise<number> {
  if (!process.stderr.isTTY) return 0;
  const all = await memory.listNamespaces();
  return all
    .filter((one) => namespace === undefined || one.namespace === namespace)
    .reduce((sum, { count }) => sum + count, 0);
}
