import type { RetrievalMode, RetrievalProfile } from "@persisto/contract";

/** A profile with every default filled in. */
export type ResolvedProfile = Required<Omit<RetrievalProfile, "recency">> & {
  readonly recency: RetrievalProfile["recency"] | null;
};

/** Relevance that clearly answers; what other thresholds find and drop is in docs/retrieval.md. */
const strictRelevance = 0.25;

/**
 * strict: what clearly answers. fuzzy: everything that might, meaning before words. recency: what answers,
 * newer first; a week halves the recency part.
 */
export const builtInProfiles: Record<RetrievalMode, RetrievalProfile> = {
  strict: { name: "strict" },
  fuzzy: { name: "fuzzy", vectorWeight: 0.7, minRelevance: 0, k: 20 },
  recency: { name: "recency", recency: { weight: 0.3, halfLifeDays: 7 } },
};

/** What overrides a profile; undefined does not. */
export type ProfileOverrides = { readonly [Key in "k" | "retrieval" | "groupBy"]?: RetrievalProfile[Key] | undefined };

/** The profile behind a mode. */
export function resolveProfile(
  mode: RetrievalMode | RetrievalProfile,
  overrides: ProfileOverrides = {},
): ResolvedProfile {
  const profile = typeof mode === "string" ? builtInProfiles[mode] : mode;
  const retrieval = overrides.retrieval ?? profile.retrieval ?? "hybrid";
  const ownThreshold = retrieval === "text" || profile.minSimilarity !== undefined;
  return {
    name: profile.name ?? "custom",
    k: overrides.k ?? profile.k ?? 10,
    retrieval,
    vectorWeight: profile.vectorWeight ?? 0.6,
    minRelevance: profile.minRelevance ?? (ownThreshold ? 0 : strictRelevance),
    minSimilarity: profile.minSimilarity ?? -1,
    recency: profile.recency ?? null,
    diversity: profile.diversity ?? 0,
    groupBy: overrides.groupBy ?? profile.groupBy ?? "passage",
  };
}
