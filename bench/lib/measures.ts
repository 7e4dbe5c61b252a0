import type { Question } from "./dataset.js";

/** How well ranked ids answer questions; every figure is a mean over the questions, 0..1. */
export interface Quality {
  readonly questions: number;
  readonly recallAt5: number;
  readonly recallAt10: number;
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
    recallAt5: mean((answer) => recall(answer, 5)),
    recallAt10: mean((answer) => recall(answer, 10)),
    meanReciprocalRank: mean(reciprocalRank),
  };
}

function recall({ question, found }: Answer, k: number): number {
  return found.slice(0, k).filter((id) => question.gold.has(id)).length / question.gold.size;
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
