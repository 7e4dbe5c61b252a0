import { calibrationPairs } from "./calibration-pairs.js";
import { cosine } from "./cosine.js";
import type { ResolvedProfile } from "./profiles.js";

/** What the similarities of an embedder mean. */
export interface Calibration {
  /** Cosine of a question and a text that has nothing to do with it, on average. */
  readonly noiseSimilarity: number;
  /** Cosine of a question and its answer, typically. Greater than `noiseSimilarity`. */
  readonly matchSimilarity: number;
}

/** For rankings that do not ask what similarities mean. */
export const uncalibrated: Calibration = { noiseSimilarity: 0, matchSimilarity: 1 };

/** Whether a ranking by the profile depends on a calibration; showing how relevant the hits are always does. */
export function needsCalibration({
  retrieval,
  minRelevance,
  diversity,
}: Pick<ResolvedProfile, "retrieval" | "minRelevance" | "diversity">): boolean {
  return retrieval === "hybrid" || (retrieval === "vector" && minRelevance > 0) || diversity > 0;
}

/** An embedder that takes any number of texts in one call. */
export interface Calibratable {
  embed(texts: readonly string[], options: { kind: "query" | "document" }): Promise<Float32Array[]>;
}

/** An answer that cannot be told from noise is no measure of a match; 3 standard deviations can. */
const deviationsOfMatch = 3;
/** Even an embedder that finds all texts the same must not divide by zero. */
const smallestRange = 1e-3;

/**
 * Measures an embedder on questions and answers that come with Persisto: 96 short texts, two calls. Cosines of 0.8 mean
 * a close match to one embedder and nothing to another; between these two levels they mean the same.
 */
export async function calibrate(embedder: Calibratable): Promise<Calibration> {
  const questions = await embedder.embed(
    calibrationPairs.map(({ question }) => question),
    { kind: "query" },
  );
  const answers = await embedder.embed(
    calibrationPairs.map(({ answer }) => answer),
    { kind: "document" },
  );
  const matches = questions.map((question, index) => cosine(question, answers[index]!));
  const unrelated = questions.flatMap((question, index) =>
    answers.filter((_, other) => other !== index).map((answer) => cosine(question, answer)),
  );
  const noiseSimilarity = mean(unrelated);
  const deviation = Math.sqrt(mean(unrelated.map((similarity) => (similarity - noiseSimilarity) ** 2)));
  const range = Math.max(median(matches) - noiseSimilarity, deviationsOfMatch * deviation, smallestRange);
  return { noiseSimilarity, matchSimilarity: noiseSimilarity + range };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
