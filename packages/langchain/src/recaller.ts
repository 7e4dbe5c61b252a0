import { orEmpty, queryText } from "@persisto/adapter-kit";
import type { Filters, Hit, Memory, QueryInput } from "@persisto/contract";
import type { PersistoFilter } from "./filters/persisto-filter.js";
import { toFilters } from "./filters/to-filters.js";

/** How memories are found; what is left out is as the store has it. */
export interface RecallOptions extends Pick<QueryInput, "k" | "mode" | "retrieval" | "groupBy" | "rerank"> {
  filter?: PersistoFilter;
}

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
    const query = queryText(text);
    if (query === "") return [];
    const { results } = await orEmpty(memory.query({ ...fixed, namespace, query }), { results: [], dropped: 0 });
    return results;
  };
}
