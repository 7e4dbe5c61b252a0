import type { RecencyPreference, RetrievalMode, RetrievalProfile } from "@persisto/contract";

/** A profile with every default filled in. */
export interface ResolvedProfile {
  readonly name: string;
  readonly k: number;
  readonly vectorWeight: number;
  readonly minSimilarity: number;
  readonly recency: RecencyPreference | null;
}

/**
 * strict: what clearly answers. fuzzy: everything that might, meaning before words. recency: what answers,
 * newer first; a week halves the recency part.
 */
const profiles: Record<RetrievalMode, RetrievalProfile> = {
  strict: { name: "strict" },
  fuzzy: { name: "fuzzy", vectorWeight: 0.7, minSimilarity: -1, k: 20 },
  recency: { name: "recency", recency: { weight: 0.3, halfLifeDays: 7 } },
};

const defaults = { name: "custom", k: 10, vectorWeight: 0.5 };

/** The profile behind a mode, for an embedder whose similarities turn into noise below `noiseSimilarity`. */
export function resolveProfile(
  mode: RetrievalMode | RetrievalProfile,
  { k, noiseSimilarity }: { k?: number | undefined; noiseSimilarity: number },
): ResolvedProfile {
  const profile = typeof mode === "string" ? profiles[mode] : mode;
  return {
    name: profile.name ?? defaults.name,
    k: k ?? profile.k ?? defaults.k,
    vectorWeight: profile.vectorWeight ?? defaults.vectorWeight,
    minSimilarity: profile.minSimilarity ?? noiseSimilarity,
    recency: profile.recency ?? null,
  };
}
