import type { Comparison } from "./compare.js";
import type { Table } from "./workloads/bench.js";

/** A table of the report as Markdown. */
export function toMarkdown({ title, note, comparisons = [], columns, rows }: Table): string {
  const body =
    columns && rows ? markdownTable(columns, rows) : markdownTable(comparisonColumns, comparisons.map(comparisonRow));
  return [`### ${title}`, ...(note === undefined ? [] : [note]), body].join("\n\n");
}

const comparisonColumns = "case|subject|p50 ms|p95 ms|per s|recall@10|p50 ratio|p95 ratio|rate ratio|drift|load|".split(
  "|",
);

function comparisonRow({ what, subject, measured, ratio, drift, load, invalid }: Comparison): string[] {
  const { p50Ms, p95Ms, perSecond, recall } = measured;
  const ratios = ratio ? [ratio.p50, ratio.p95, ratio.perSecond].map((value) => value.toFixed(2)) : ["1", "1", "1"];
  return [
    what,
    subject,
    milliseconds(p50Ms),
    milliseconds(p95Ms),
    perSecond.toFixed(perSecond < 100 ? 1 : 0),
    recall.toFixed(3),
    ...ratios,
    `${Math.round(drift * 100)} %`,
    load.toFixed(1),
    invalid === undefined ? "" : `**invalid**: ${invalid}`,
  ];
}

/** Milliseconds as text, with as many digits as mean something. */
export function milliseconds(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(columns), `|${"---|".repeat(columns.length)}`, ...rows.map(line)].join("\n");
}
