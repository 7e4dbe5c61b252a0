import { compare, type Comparison } from "../compare.js";
import type { Subject } from "../subjects/subject.js";
import type { Bench, Table } from "./bench.js";
import { measureSearch } from "./measure-search.js";
import { sizes } from "./search.js";

/** W11: what HTTP adds: the same store in process and through the server, one call at a time. */
export async function overHttp(
  { inProcess, http }: { inProcess: Subject; http: Subject },
  bench: Bench,
): Promise<Table> {
  const comparisons: Comparison[] = [];
  for (const namespace of sizes(bench).filter(({ size }) => size <= 1_000)) {
    const what = `${namespace.size} memories, c = 1`;
    bench.say(`HTTP: ${what}`);
    const load = { namespace, by: "vector", concurrency: 1 } as const;
    const [reference, subject] = [inProcess, http].map((one) => measureSearch(one, load, bench));
    comparisons.push(...(await compare(what, { reference: reference!, subjects: [subject!], rounds: bench.rounds })));
  }
  return { title: "W11 HTTP next to in-process, native Postgres", comparisons };
}
