import type { Calibration } from "./calibrate.js";
import type { ResolvedProfile } from "./profiles.js";

/** What is known of the query itself. */
export interface QueryFacts {
  /** The text score of a passage of average length that has every word of the query once; 0 when it has no words. */
  readonly textCeiling: number;
  /** Of the embedder that made the vectors. */
  readonly calibration: Calibration;
}

/** The two measures of a candidate. */
export interface Measured {
  /** Cosine similarity, -1..1. */
  readonly similarity: number;
  /** Full-text score, 0 when no word is shared. */
  readonly textScore: number;
}

/** How relevant a passage is by itself, 0..1, whatever else was found; `minRelevance` is compared with it. */
export function relevance(
  { similarity, textScore }: Measured,
  { retrieval }: Pick<ResolvedProfile, "retrieval">,
  { textCeiling, calibration }: QueryFacts,
): number {
  const { noiseSimilarity, matchSimilarity } = calibration;
  const meaning = clamp((similarity - noiseSimilarity) / (matchSimilarity - noiseSimilarity));
  const coverage = textCeiling > 0 ? clamp(textScore / textCeiling) : 0;
  switch (retrieval) {
    case "hybrid":
      // A query of nothing but stop words says nothing by its words.
      return textCeiling > 0 ? (meaning + coverage) / 2 : meaning;
    case "vector":
      return meaning;
    case "text":
      return coverage;
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
