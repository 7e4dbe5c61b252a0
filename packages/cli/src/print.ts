import { isatty } from "node:tty";
import { toWire } from "@persisto/contract";
import { renderTable } from "./render-table.js";

/** Whether somebody looks at what is printed; a pipe gets plain lines. */
export const isTerminal = (): boolean => isatty(1);

/** One line for people or for programs. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** An answer as the HTTP API gives it: snake_case names, JSON. */
export function printJson(value: object): void {
  const wire = Array.isArray(value) ? value.map((item: object) => toWire(item)) : toWire(value);
  printLine(JSON.stringify(wire, null, isTerminal() ? 2 : undefined));
}

/** A table on a terminal, elsewhere a line a row with tabs between its cells and no heading. */
export function printRows(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  if (isTerminal()) {
    const table = renderTable(headings, rows, process.stdout.columns ?? 80);
    printLine(rows.length === 0 ? "Nothing." : table);
    return;
  }
  for (const row of rows) printLine(row.map(oneLine).join("\t"));
}

/** What is about a result, for people alone. */
export function note(text: string): void {
  if (isTerminal() && process.stderr.isTTY) process.stderr.write(`${text}\n`);
}

/** A text in one line in which nothing steers a terminal and no tab is a cell's own. */
export function oneLine(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll("\r", "\\r")
    .replaceAll(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, "\uFFFD");
}
