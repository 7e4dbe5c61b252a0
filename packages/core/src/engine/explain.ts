import type { HitExplanation, QueryExplanation } from "@persisto/contract";
import type { ResolvedProfile } from "../retrieval/profiles.js";
import type { Found } from "./find-candidates.js";
import type { RankedHit } from "./query.js";
import type { Stopwatch } from "./stopwatch.js";

/** How an answer came about. */
export function explainQuery(
  { asked, candidates, plan, statistics, selectivity }: Found,
  profile: ResolvedProfile,
  stopwatch: Stopwatch,
): QueryExplanation {
  return {
    mode: profile.name,
    retrieval: profile.retrieval,
    excluded: asked.excluded,
    passages: statistics.passages,
    selectivity,
    plan: { vector: plan.vector?.access ?? null, text: plan.text?.access.kind ?? null },
    unindexed: plan.vector?.access === "index" ? statistics.deferred : null,
    candidates: {
      vector: candidates.filter(({ vectorRank }) => vectorRank !== null).length,
      text: candidates.filter(({ textRank }) => textRank !== null).length,
      all: candidates.length,
    },
    durationsMs: stopwatch.durations(),
  };
}

/** Why a hit stands where it stands. */
export function explainHit({ candidate, parts, relevance, rerankScore }: RankedHit): HitExplanation {
  const { vectorRank, textRank, textScore } = candidate;
  return { vectorRank, textRank, textScore, parts, relevance, rerankScore: rerankScore ?? null };
}
