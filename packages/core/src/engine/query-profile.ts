import { PersistoValidationError, type QueryInput } from "@persisto/contract";
import { resolveProfile, type ResolvedProfile } from "../retrieval/profiles.js";

/**
 * The profile of a query, with what the query itself says of it.
 * @throws PersistoValidationError for a search by words without any.
 */
export function queryProfile({ mode = "strict", k, query, retrieval, groupBy }: QueryInput): ResolvedProfile {
  const isVectorAlone = query === undefined && retrieval === undefined;
  const profile = resolveProfile(mode, { k, retrieval: isVectorAlone ? "vector" : retrieval, groupBy });
  if (query !== undefined || profile.retrieval === "vector") return profile;
  throw new PersistoValidationError([{ field: "query", message: `is required for retrieval ${profile.retrieval}` }]);
}
