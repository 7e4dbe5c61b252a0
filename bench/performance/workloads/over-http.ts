import { compare, type Comparison, type Measured } from "../compare.js";
import type { PersistoOverHttp } from "../subjects/open-persisto.js";
import type { PersistoSubject } from "../subjects/persisto.js";
import type { Bench, Table } from "./bench.js";
import { measureSearch } from "./measure-search.js";
import { sizes } from "./search.js";

/**
 * W11: what HTTP adds: the same store in process and through the server, one call at a time, by vector (some 5 kB of numbers a request)
 * and by text. Once as users ask it, and once over node:http, which leaves the server's own part.
 */
export async function overHttp(
  { inProcess, http }: { inProcess: PersistoSubject; http: PersistoOverHttp },
  bench: Bench,
): Promise<Table> {
  const comparisons: Comparison[] = [];
  for (const namespace of sizes(bench).filter(({ size }) => size <= 1_000)) {
    const byVector = (subject: PersistoSubject): Measured =>
      measureSearch(subject, { namespace, by: "vector", concurrency: 1 }, bench);
    const byText = (subject: PersistoSubject): Measured =>
      measureSearch(
        { name: subject.name, search: (search) => subject.searchByText(search) },
        { namespace, by: "hybrid", concurrency: 1 },
        bench,
      );
    for (const [how, measured] of Object.entries({ vector: byVector, text: byText })) {
      const what = `${namespace.size} memories, by ${how}, c = 1`;
      bench.say(`HTTP: ${what}`);
      comparisons.push(
        ...(await compare(what, {
          reference: measured(inProcess),
          subjects: [http.byFetch, http.byNodeHttp].map(measured),
          rounds: bench.rounds,
        })),
      );
    }
  }
  return { title: "W11 HTTP next to in-process, native Postgres", comparisons };
}
