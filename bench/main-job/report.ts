import { cpus, loadavg } from "node:os";
import { percentile, type Quality } from "../lib/measures.js";

/** What one run of the main job found. */
export interface Report {
  readonly store: string;
  readonly documents: number;
  readonly rows: readonly { readonly name: string; readonly overall: Quality; readonly main: Quality }[];
  readonly saveMs: readonly number[];
  readonly queryMs: readonly number[];
}

/** Prints the report as the Markdown that docs/benchmarks.md holds. */
export function printReport({ store, documents, rows, saveMs, queryMs }: Report): void {
  const first = rows[0]!;
  console.log(`
${new Date().toISOString().slice(0, 10)}, ${store}, Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}
${documents} memories saved one by one; ${first.overall.questions} questions, of them ${first.main.questions} not adversarial

| | recall@5 | recall@10 | MRR | recall@10, not adversarial |
|---|---|---|---|---|
${rows.map(qualityRow).join("\n")}

| latency over HTTP | median ms | p95 ms |
|---|---|---|
${latencyRow("save", saveMs)}
${latencyRow("query", queryMs)}`);
}

function qualityRow({ name, overall, main }: Report["rows"][number]): string {
  const figures = [overall.recallAt5, overall.recallAt10, overall.meanReciprocalRank, main.recallAt10];
  return `| ${name} | ${figures.map((figure) => figure.toFixed(3)).join(" | ")} |`;
}

function latencyRow(name: string, durations: readonly number[]): string {
  return `| ${name} | ${percentile(durations, 0.5).toFixed(1)} | ${percentile(durations, 0.95).toFixed(1)} |`;
}
