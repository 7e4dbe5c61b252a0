import { diversify } from "./diversify.js";
import { fuse, type Fusable, type FusedScore } from "./fuse.js";
import { groupByMemory } from "./group-by-memory.js";
import { liftByNeighbours, type Placed } from "./lift-by-neighbours.js";
import type { ResolvedProfile } from "./profiles.js";
import { relevance as relevanceOf, type QueryFacts } from "./relevance.js";

/** What ranking needs to know of a candidate. */
export interface Rankable extends Fusable, Placed {
  /** The memory's; passages of one memory share it. */
  readonly id: string;
  readonly ageSeconds: number;
  /** One that has none counts as unlike all others. */
  readonly vector: Float32Array | null;
}

/** What made a score; the parts add up to it. */
export interface ScoreParts extends FusedScore {
  /** From the memories saved just before and after. */
  readonly neighbours: number;
  readonly recency: number;
}

/** A candidate with what it is ranked by. */
export interface Ranked<Candidate> {
  readonly candidate: Candidate;
  /** 0..1; comparable inside one ranking only. */
  readonly score: number;
  readonly parts: ScoreParts;
  /** 0..1; comparable between queries and embedders. */
  readonly relevance: number;
}

/** The hits, best first (with diversity: best mix first), and how many candidates were not relevant enough. */
export interface Ranking<Candidate> {
  readonly hits: Ranked<Candidate>[];
  readonly dropped: number;
}

const secondsPerDay = 86_400;

/**
 * Ranks candidates as the profile says. All of them take part in scaling and lifting; those below the profile's
 * thresholds are dropped then.
 */
export function rank<Candidate extends Rankable>(
  candidates: readonly Candidate[],
  profile: ResolvedProfile,
  facts: QueryFacts,
): Ranking<Candidate> {
  const ranked = score(candidates, profile, facts);
  const relevant = ranked
    .filter((passage) => isRelevant(passage, profile))
    .toSorted((a, b) => b.score - a.score || byMeaningAndAge(a.candidate, b.candidate));
  const hits = profile.groupBy === "memory" ? groupByMemory(relevant) : relevant;
  const { noiseSimilarity } = facts.calibration;
  return {
    hits: diversify(hits, { k: profile.k, diversity: profile.diversity, noiseSimilarity }),
    dropped: ranked.length - relevant.length,
  };
}

function byMeaningAndAge(a: Rankable, b: Rankable): number {
  return b.similarity - a.similarity || a.ageSeconds - b.ageSeconds;
}

function score<Candidate extends Rankable>(
  candidates: readonly Candidate[],
  profile: ResolvedProfile,
  facts: QueryFacts,
): Ranked<Candidate>[] {
  const fused = fuse(candidates, profile, facts.calibration);
  // Whoever asks for one measure alone wants its order.
  const lifts =
    profile.retrieval === "hybrid"
      ? liftByNeighbours(
          candidates,
          fused.map(({ vector, text }) => vector + text),
        )
      : candidates.map(() => 0);
  const recencyWeight = profile.recency?.weight ?? 0;
  return candidates.map((candidate, index) => {
    const { vector, text } = fused[index]!;
    const parts = {
      vector: (1 - recencyWeight) * vector,
      text: (1 - recencyWeight) * text,
      neighbours: (1 - recencyWeight) * lifts[index]!,
      recency: recencyWeight * freshness(candidate, profile),
    };
    return {
      candidate,
      score: Math.min(1, parts.vector + parts.text + parts.neighbours + parts.recency),
      parts,
      // Not lifted: what stands beside an answer is ranked higher, but answers no better.
      relevance: relevanceOf(candidate, profile, facts),
    };
  });
}

function freshness({ ageSeconds }: Rankable, { recency }: ResolvedProfile): number {
  if (!recency) return 0;
  // A save that overlaps the query may have begun a moment after it.
  const age = Math.max(0, ageSeconds);
  return 2 ** (-age / (recency.halfLifeDays * secondsPerDay));
}

function isRelevant(
  { candidate, relevance }: Ranked<Rankable>,
  { retrieval, minRelevance, minSimilarity }: ResolvedProfile,
): boolean {
  if (relevance < minRelevance) return false;
  if (retrieval === "text") return candidate.textScore > 0;
  return candidate.similarity >= minSimilarity || (retrieval === "hybrid" && candidate.textScore > 0);
}
