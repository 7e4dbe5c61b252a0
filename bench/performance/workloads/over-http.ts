import { compare, type Comparison, type Measured } from "../compare.js";
import type { PersistoOverHttp } from "../subjects/open-persisto.js";
import type { Subject } from "../subjects/subject.js";
import type { Bench, Table } from "./bench.js";
import { measureSearch } from "./measure-search.js";
import { sizes } from "./search.js";

/**
 * W11: what HTTP adds: the same store in process and through the server, one call at a time. Once as users ask it, and once over
 * node:http, which leaves the server's own part.
 */
export async function overHttp(
  { inProcess, http }: { inProcess: Subject; http: PersistoOverHttp },
  bench: Bench,
): Promise<Table> {
  const comparisons: Comparison[] = [];
  for (const namespace of sizes(bench).filter(({ size }) => size <= 1_000)) {
    const what = `${namespace.size} memories, c = 1`;
    bench.say(`HTTP: ${what}`);
    const load = { namespace, by: "vector", concurrency: 1 } as const;
    const measured = (subject: Subject): Measured => measureSearch(subject, load, bench);
    comparisons.push(
      ...(await compare(what, {
        reference: measured(inProcess),
        subjects: [http.byFetch, http.byNodeHttp].map(measured),
        rounds: bench.rounds,
      })),
    );
  }
  return { title: "W11 HTTP next to in-process, native Postgres", comparisons };
}
