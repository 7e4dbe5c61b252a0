import { compare, type Comparison } from "../compare.js";
import { selectivities, type NamespaceSize } from "../corpus/corpus.js";
import type { Backend, Bench, Table } from "./bench.js";
import { k, measureSearch, type SearchLoad } from "./measure-search.js";

/** W3: by vector, in namespaces of every size, with 1, 8 and 64 calls at a time. */
export async function searchByVector(backend: Backend, bench: Bench): Promise<Table> {
  const cases = sizes(bench).flatMap((namespace) =>
    [1, 8, 64].map((concurrency) => ({
      what: `${namespace.size} memories, c = ${concurrency}`,
      load: { namespace, by: "vector", concurrency } as const,
    })),
  );
  return {
    title: `W3 vector query, top 10, ${backend.name}`,
    note: `In a store of ${bench.corpus.size} memories.`,
    comparisons: await compareAll(cases, backend, bench),
  };
}

/** W4: by vector and a filter on metadata, in namespaces of every size, wherever the filter leaves anything. */
export async function searchFiltered(backend: Backend, bench: Bench): Promise<Table> {
  const cases = sizes(bench).flatMap((namespace) =>
    selectivities
      .filter(({ share }) => share * namespace.size >= 1)
      .map(({ share, filters }) => ({
        what: `${share * 100} % of ${namespace.size} match`,
        load: { namespace, by: "vector", filters, concurrency: 1 } as const,
      })),
  );
  return {
    title: `W4 vector query with a metadata filter, ${backend.name}`,
    note: `Where fewer than ${k} match, recall is the share of those.`,
    comparisons: await compareAll(cases, backend, bench),
  };
}

/** W5: by vector and words. */
export async function searchHybrid(backend: Backend, bench: Bench): Promise<Table> {
  const cases = sizes(bench).map((namespace) => ({
    what: `${namespace.size} memories, c = 1`,
    load: { namespace, by: "hybrid", concurrency: 1 } as const,
  }));
  return {
    title: `W5 hybrid query, ${backend.name}`,
    note: "Recall here: how often the memory that the question was made from is among the ten; to be not below the reference's.",
    comparisons: await compareAll(cases, backend, bench),
  };
}

/** One namespace of each size, smallest first. */
export function sizes({ corpus }: Bench): NamespaceSize[] {
  return [...new Map(corpus.namespaces.map((namespace) => [namespace.size, namespace])).keys()].map((size) =>
    corpus.namespaceOf(size),
  );
}

async function compareAll(
  cases: readonly { what: string; load: SearchLoad }[],
  { name, reference, subjects }: Backend,
  bench: Bench,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const { what, load } of cases) {
    bench.say(`${load.by} query, ${name}: ${what}`);
    const rows = await compare(what, {
      reference: measureSearch(reference, load, bench),
      subjects: subjects.map((subject) => measureSearch(subject, load, bench)),
      rounds: bench.rounds,
      relativeRecall: load.by === "hybrid",
    });
    comparisons.push(...rows);
  }
  return comparisons;
}
