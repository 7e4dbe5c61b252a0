import type { ResolvedProfile } from "./profiles.js";

/** What ranking needs to know of a candidate. */
export interface Rankable {
  /** Cosine similarity, -1..1. */
  readonly similarity: number;
  /** Full-text rank, 0 when no word is shared. */
  readonly textScore: number;
  readonly ageSeconds: number;
}

/** A candidate with the score it is ranked by, 0..1. */
export type Ranked<Candidate> = Candidate & { readonly score: number };

const secondsPerDay = 86_400;

/**
 * The best `k` candidates, best first. Relevance is the weighted sum of similarity (min-max over the
 * candidates) and text score (share of the best); a side that says nothing leaves the decision to the other.
 */
export function rank<Candidate extends Rankable>(
  candidates: readonly Candidate[],
  profile: ResolvedProfile,
): Ranked<Candidate>[] {
  const relevance = relevanceOver(candidates, profile.vectorWeight);
  return candidates
    .filter(({ similarity, textScore }) => similarity >= profile.minSimilarity || textScore > 0)
    .map((candidate) => ({ ...candidate, score: withRecency(relevance(candidate), candidate, profile) }))
    .toSorted((a, b) => b.score - a.score || b.similarity - a.similarity || a.ageSeconds - b.ageSeconds)
    .slice(0, profile.k);
}

function relevanceOver(candidates: readonly Rankable[], wantedWeight: number): (candidate: Rankable) => number {
  const similarities = candidates.map(({ similarity }) => similarity);
  const lowest = Math.min(...similarities);
  const range = Math.max(...similarities) - lowest;
  const bestText = Math.max(...candidates.map(({ textScore }) => textScore));
  const vectorWeight = bestText === 0 ? 1 : wantedWeight;
  return ({ similarity, textScore }) => {
    const vectorPart = range === 0 ? 1 : (similarity - lowest) / range;
    const textPart = bestText === 0 ? 0 : textScore / bestText;
    return vectorWeight * vectorPart + (1 - vectorWeight) * textPart;
  };
}

function withRecency(relevance: number, { ageSeconds }: Rankable, { recency }: ResolvedProfile): number {
  if (!recency) return relevance;
  // A save that overlaps the query may have begun a moment after it.
  const age = Math.max(0, ageSeconds);
  const freshness = 2 ** (-age / (recency.halfLifeDays * secondsPerDay));
  return (1 - recency.weight) * relevance + recency.weight * freshness;
}
