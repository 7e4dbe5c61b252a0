import { PersistoValidationError, type QueryInput } from "@persisto/contract";
import { resolveProfile, type ResolvedProfile } from "../retrieval/profiles.js";
import type { Engine } from "./engine.js";

/**
 * The profile of a query, with what the query itself says of it.
 * @throws PersistoValidationError for an unknown profile, and for a search by words without any.
 */
export function queryProfile(
  { profiles }: Pick<Engine, "profiles">,
  { mode, k, query, retrieval, groupBy }: QueryInput,
): ResolvedProfile {
  const asked = typeof mode === "object" ? mode : profiles.find(mode);
  const isVectorAlone = query === undefined && retrieval === undefined;
  const profile = resolveProfile(asked, { k, retrieval: isVectorAlone ? "vector" : retrieval, groupBy });
  if (query !== undefined || profile.retrieval === "vector") return profile;
  throw new PersistoValidationError([{ field: "query", message: `is required for retrieval ${profile.retrieval}` }]);
}
