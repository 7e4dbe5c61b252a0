import type { Filters, Hit, Memory, QueryInput } from "@persisto/contract";
import type { PersistoFilter } from "./filters/persisto-filter.js";
import { toFilters } from "./filters/to-filters.js";
import { orEmpty } from "./or-empty.js";
import { storableText } from "./storable-text.js";

/** How memories are found; what is left out is as the store has it. */
export interface RecallOptions extends Pick<QueryInput, "k" | "mode" | "retrieval" | "groupBy" | "rerank"> {
  filter?: PersistoFilter;
}

/** At three bytes a unit below what a query may have; of a longer question the end is asked, where the request stands. */
const mostUnits = 10_000;

/** Fails early where options are wrong; gives what asks a namespace. */
export function recaller(
  memory: Memory,
  options: RecallOptions = {},
): (namespace: string, text: string) => Promise<Hit[]> {
  const { filter, k, mode, retrieval, groupBy, rerank } = options;
  const filters: Filters | undefined = toFilters(filter);
  const given = Object.entries({ k, mode, retrieval, groupBy, rerank, filters }).filter(
    ([, value]) => value !== undefined,
  );
  const fixed: Omit<QueryInput, "namespace"> = Object.fromEntries(given);
  return async (namespace, text) => {
    const query = storableText(text).slice(-mostUnits).toWellFormed().trim();
    // Nothing can be meant by it.
    if (query === "") return [];
    const { results } = await orEmpty(memory.query({ ...fixed, namespace, query }), { results: [], dropped: 0 });
    return results;
  };
}
