import { VectorStoreQueryMode, type VectorStoreQuery } from "@llamaindex/core/vector-store";
import { invalidInput, queryText } from "@persisto/adapter-kit";
import type { QueryInput, Retrieval, RetrievalProfile } from "@persisto/contract";

/** What a query asks by, and how. */
export interface Asked extends Pick<QueryInput, "query" | "embedding"> {
  mode: RetrievalProfile & { retrieval: Retrieval };
}

/** The modes there are; `text_search` is what LlamaIndex for Python calls a search by words alone. */
const retrievals: Record<string, Retrieval> = {
  default: "vector",
  mmr: "vector",
  hybrid: "hybrid",
  sparse: "text",
  text_search: "text",
};

/** The nearest nodes, however far they are: LlamaIndex's users cut by score themselves. */
const nearest: RetrievalProfile = { name: "llamaindex", minRelevance: 0, minSimilarity: -1, groupBy: "memory" };

/** LlamaIndex's own. */
const defaultMmrThreshold = 0.5;

/**
 * A query of LlamaIndex as Persisto asks it; null when it asks for nothing. Without a vector, or with the empty one of a store
 * whose memory embeds, its text is asked.
 * @throws PersistoValidationError for a mode that Persisto does not have, and for one that lacks what it asks by.
 */
export function toAsked({ mode, queryStr, queryEmbedding, alpha, mmrThreshold }: VectorStoreQuery): Asked | null {
  const retrieval = Object.hasOwn(retrievals, mode) ? retrievals[mode] : undefined;
  if (!retrieval) throw invalidInput("mode", `is none of ${Object.keys(retrievals).join(", ")}`);
  const profile = {
    ...nearest,
    retrieval,
    ...(retrieval === "hybrid" && alpha !== undefined && { vectorWeight: share(alpha, "alpha") }),
    ...(mode === VectorStoreQueryMode.MMR && {
      diversity: 1 - share(mmrThreshold ?? defaultMmrThreshold, "mmrThreshold"),
    }),
  };
  const embedding = retrieval !== "text" && queryEmbedding?.length ? queryEmbedding : undefined;
  if (embedding && retrieval === "vector") return { embedding, mode: profile };
  if (queryStr === undefined) throw invalidInput("queryStr", `is missing, and the mode ${mode} needs it`);
  const query = queryText(queryStr);
  return query === "" ? null : { query, ...(embedding && { embedding }), mode: profile };
}

function share(value: number, name: string): number {
  if (!(value >= 0 && value <= 1)) throw invalidInput(name, "must be between 0 and 1");
  return value;
}
