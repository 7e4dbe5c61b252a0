import { toSparseVector, type SparseVector } from "./sparse-vector.js";

/*
 * BM25 as an inner product. Of its formula, idf * tf / (tf + k1 * (1 - b + b * length / average)), the query brings idf,
 * the passage tf / (tf + k1), and the database divides the sum by 1 - c + c * length / average with c = k1 * b / (1 + k1),
 * which is the same for terms that occur once and nearly for others. So an average that moves leaves stored weights
 * alone. On eight sets it finds as much as BM25 itself (docs/retrieval.md).
 */
const k1 = 0.8;
const b = 0.56;

/** Share of a text score that depends on the length of the passage. */
export const lengthShare = (k1 * b) / (1 + k1);

/** The weight of a term that occurs once. */
export const singleTermWeight = 1 / (1 + k1);

/** Different terms kept of a passage; pgvector takes 16,000. Only a text that its user embedded can have as many. */
const mostTerms = 8_000;

/** The terms of a passage as stored. */
export interface PassageTerms {
  /** How much the passage is about each term. */
  readonly weights: SparseVector;
  /** Its number of terms, each time counted. */
  readonly length: number;
}

export function passageTerms(terms: readonly string[], keyOf: (term: string) => number): PassageTerms {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const key = keyOf(term);
    const count = counts.get(key);
    if (count !== undefined || counts.size < mostTerms) counts.set(key, (count ?? 0) + 1);
  }
  const weights = new Map([...counts].map(([key, count]) => [key, count / (count + k1)] as const));
  return { weights: toSparseVector(weights), length: terms.length };
}
