import { isPair } from "./analyze.js";
import { singleTermWeight } from "./passage-terms.js";
import { toSparseVector, type SparseVector } from "./sparse-vector.js";

/** How often terms occur in a namespace. */
export interface TermStatistics {
  readonly passages: number;
  /** Mean number of terms of a passage. */
  readonly averageLength: number;
  /** Passages that hold the term, estimated where the namespace is too large to count. */
  frequencyOf(key: number): number;
}

/** What a search by text looks for. */
export interface TextQuery {
  /** Each term with its inverse document frequency, as often as the query has it; empty when it has none but stop words. */
  readonly terms: SparseVector;
  /** The score of a passage of average length in which every word of the query occurs once. */
  readonly fullScore: number;
  readonly averageLength: number;
  /** Which passages to score. */
  readonly access: TextAccess;
}

/**
 * Every passage of the scope ("exact"), or those that an index finds: with any term of `anyOf`, or all terms of one
 * list of `allOf`.
 */
export type TextAccess =
  | { readonly kind: "exact" }
  | { readonly kind: "index"; readonly anyOf: readonly number[]; readonly allOf: readonly (readonly number[])[] };

/** Terms of a query that count. The rest of an endless question would say little more and cost as much. */
const mostTerms = 64;

/**
 * Share of the pairs of neighbouring characters that a passage with all words of the query has. The others straddle two
 * words that stand beside each other in the query alone.
 */
const pairShare = 0.5;

/**
 * Passages an index may bring for scoring: some 2 to 4 ms worth of them. A common word would bring a
 * tenth of the namespace, and adds little to the score of any.
 */
const budget = 2_000;

/** The terms of a query, weighted, and how to read them. */
export function textQuery(
  terms: readonly string[],
  { keyOf, statistics, kind }: { keyOf(term: string): number; statistics: TermStatistics; kind: TextAccess["kind"] },
): TextQuery {
  const weights = new Map<number, number>();
  let fullWeight = 0;
  for (const term of terms) {
    const key = keyOf(term);
    const weight = weights.get(key);
    if (weight === undefined && weights.size === mostTerms) continue;
    const more = inverseFrequency(key, statistics);
    weights.set(key, (weight ?? 0) + more);
    fullWeight += isPair(term) ? pairShare * more : more;
  }
  return {
    terms: toSparseVector(weights),
    fullScore: singleTermWeight * fullWeight,
    averageLength: statistics.averageLength,
    access: kind === "exact" ? { kind } : indexAccess([...weights.keys()], statistics),
  };
}

/** As in BM25, above 0 for every term. */
function inverseFrequency(key: number, { passages, frequencyOf }: TermStatistics): number {
  const frequency = Math.min(frequencyOf(key), passages);
  return Math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5));
}

/**
 * The rarest terms as long as the passages with any of them stay within the budget. Where even the rarest are common,
 * passages that hold two terms at once, the rarest pairs first; at the least those with the rarest term.
 */
function indexAccess(keys: readonly number[], statistics: TermStatistics): TextAccess {
  const byFrequency = keys
    .map((key) => ({ key, frequency: Math.max(1, statistics.frequencyOf(key)) }))
    .toSorted((a, b) => a.frequency - b.frequency);
  const anyOf: number[] = [];
  const allOf: number[][] = [];
  let rows = 0;
  for (const { key, frequency } of byFrequency) {
    if (rows + frequency > budget) break;
    rows += frequency;
    anyOf.push(key);
  }
  const common = byFrequency.slice(anyOf.length);
  for (const [index, first] of common.entries()) {
    for (const second of common.slice(index + 1)) {
      // Words of one question keep company more often than chance would have it.
      const together = (affinity * first.frequency * second.frequency) / statistics.passages;
      if (rows + together > budget) break;
      rows += together;
      allOf.push([first.key, second.key]);
    }
  }
  const [rarest] = byFrequency;
  if (anyOf.length === 0 && allOf.length === 0 && rarest) anyOf.push(rarest.key);
  return { kind: "index", anyOf, allOf };
}

/** How much more often two words of a question share a passage than independent words would. */
const affinity = 2;
