import { milliseconds } from "../markdown.js";
import type { Table } from "./bench.js";

/** How the p50 grows with the namespace, of what W3 found at one call at a time. */
export function growthTable(tables: readonly Table[]): Table {
  const comparisons = tables
    .filter(({ title }) => title.startsWith("W3"))
    .flatMap((table) => table.comparisons ?? [])
    .filter(({ what }) => what.endsWith("c = 1"));
  const cases = [...new Set(comparisons.map(({ what }) => what.replace(", c = 1", "")))];
  const subjects = [...new Set(comparisons.map(({ subject }) => subject))];
  const cell = (subject: string, size: string): string => {
    const found = comparisons.find((one) => one.subject === subject && one.what.startsWith(`${size},`));
    return found ? `${milliseconds(found.measured.p50Ms)} (${found.measured.recall.toFixed(3)})` : "";
  };
  return {
    title: "Growth: p50 in ms of a vector query by size of the namespace (recall@10)",
    columns: ["subject", ...cases],
    rows: subjects.map((subject) => [subject, ...cases.map((size) => cell(subject, size))]),
  };
}
