import { repeat } from "../measure.js";
import type { Bench, Table } from "./bench.js";

/** What the harness itself costs: calls that do nothing. */
export async function calibrate({ durationMs, say }: Bench): Promise<Table> {
  say("calibrating");
  const rows: string[][] = [];
  for (const concurrency of [1, 8, 64]) {
    const { p50Ms, p95Ms, perSecond } = await repeat(
      { concurrency, durationMs: Math.min(durationMs, 500) },
      async () => {},
    );
    rows.push([`nothing, c = ${concurrency}`, p50Ms.toFixed(4), p95Ms.toFixed(4), perSecond.toFixed(0)]);
  }
  return { title: "The harness alone", columns: ["call", "p50 ms", "p95 ms", "per s"], rows };
}
