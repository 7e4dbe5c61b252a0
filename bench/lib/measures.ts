import type { Question } from "./dataset.js";

/** How well ranked ids answer questions; every figure is a mean over the questions, 0..1. */
export interface Quality {
  readonly questions: number;
  /** Whether the first is right. */
  readonly anyAt1: number;
  readonly recallAt5: number;
  readonly recallAt10: number;
  /** Share of the first ten that is right. */
  readonly precisionAt10: number;
  /** Gain of the right ones among the first ten, less the lower they stand, as a share of the best possible. */
  readonly ndcgAt10: number;
  /** Mean of 1 / rank of the first right document, 0 when none is in the list. */
  readonly meanReciprocalRank: number;
}

/** An answered question: the ids found, best first. */
export interface Answer {
  readonly question: Question;
  readonly found: readonly string[];
}

/** Questions without a right document say nothing and are left out. */
export function measureQuality(answers: readonly Answer[]): Quality {
  const answerable = answers.filter(({ question }) => question.gold.size > 0);
  const mean = (score: (answer: Answer) => number): number =>
    answerable.reduce((sum, answer) => sum + score(answer), 0) / answerable.length;
  return {
    questions: answerable.length,
    anyAt1: mean((answer) => rightAmong(answer, 1)),
    recallAt5: mean((answer) => recall(answer, 5)),
    recallAt10: mean((answer) => recall(answer, 10)),
    precisionAt10: mean((answer) => rightAmong(answer, 10) / 10),
    ndcgAt10: mean(ndcgAt10),
    meanReciprocalRank: mean(reciprocalRank),
  };
}

function rightAmong({ question, found }: Answer, k: number): number {
  return found.slice(0, k).filter((id) => question.gold.has(id)).length;
}

function recall(answer: Answer, k: number): number {
  return rightAmong(answer, k) / answer.question.gold.size;
}

function ndcgAt10({ question, found }: Answer): number {
  const gain = (rank: number): number => 1 / Math.log2(rank + 1);
  const gains = found.slice(0, 10).map((id, index) => (question.gold.has(id) ? gain(index + 1) : 0));
  const best = Array.from({ length: Math.min(10, question.gold.size) }, (_, index) => gain(index + 1));
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  return sum(gains) / sum(best);
}

function reciprocalRank({ question, found }: Answer): number {
  const rank = found.findIndex((id) => question.gold.has(id)) + 1;
  return rank === 0 ? 0 : 1 / rank;
}

/** The value below which the share `quantile` (0..1) of the values lies. */
export function percentile(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? Number.NaN;
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
