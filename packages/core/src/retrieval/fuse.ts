import { distinctiveSimilarity } from "./background.js";
import type { Calibration } from "./calibrate.js";
import type { ResolvedProfile } from "./profiles.js";
import type { Measured } from "./relevance.js";

/** A candidate's measures, and how much it looks like everything else. */
export interface Fusable extends Measured {
  /** Inner product of its vector with the background of its namespace; 0 where that is unknown. */
  readonly background: number;
}

/** What meaning and words give to a candidate's score; their sum is 0..1. */
export interface FusedScore {
  readonly vector: number;
  readonly text: number;
}

/**
 * A passage with half of the best one's words answers less than half as well: it is the common half. Other powers are in
 * docs/decisions/0007-ranking.md.
 */
const textExponent = 1.15;

/**
 * Fuses both measures of all candidates. Words count by their share of the best text score, similarities in units of what
 * the best one is above noise. So where an embedder finds everything alike, as an English one does in Chinese, words
 * decide; min-max scaling would blow its noise up.
 */
export function fuse(
  candidates: readonly Fusable[],
  { retrieval, vectorWeight: hybridWeight }: Pick<ResolvedProfile, "retrieval" | "vectorWeight">,
  { noiseSimilarity, matchSimilarity }: Calibration,
): FusedScore[] {
  const vectorWeight = { hybrid: hybridWeight, vector: 1, text: 0 }[retrieval];
  const distinctive = candidates.map(distinctiveSimilarity);
  const lowest = Math.min(...distinctive);
  const best = Math.max(...candidates.map(({ similarity }) => similarity));
  // Where even the best is hardly above noise, small differences must not grow large.
  const unit = Math.max(best, (noiseSimilarity + matchSimilarity) / 2) - noiseSimilarity;
  const bestText = Math.max(...candidates.map(({ textScore }) => textScore));

  const scores = candidates.map(({ textScore }, index) => ({
    vector: (vectorWeight * (distinctive[index]! - lowest)) / unit,
    text: bestText > 0 ? (1 - vectorWeight) * (textScore / bestText) ** textExponent : 0,
  }));
  const highest = (vectorWeight * (Math.max(...distinctive) - lowest)) / unit + (bestText > 0 ? 1 - vectorWeight : 0);
  if (highest === 0) return scores.map(() => ({ vector: 1, text: 0 })); // nothing tells them apart
  return scores.map(({ vector, text }) => ({ vector: vector / highest, text: text / highest }));
}
