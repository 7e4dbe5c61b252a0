import type { Filters } from "@persisto/core";
import type { Corpus, NamespaceSize, Question, Row } from "./corpus/corpus.js";

/** Finds what is nearest by looking at every row in full precision: what answers are checked against. */
export class ExactNeighbours {
  readonly #corpus: Corpus;
  readonly #known = new Map<string, readonly string[]>();

  constructor(corpus: Corpus) {
    this.#corpus = corpus;
  }

  /** Ids of the `k` nearest rows that match the filters, nearest first; fewer when fewer match. */
  of(
    namespace: NamespaceSize,
    { question, k, filters = {} }: { question: Question; k: number; filters?: Filters },
  ): readonly string[] {
    const key = JSON.stringify([question.number, k, filters]);
    const known =
      this.#known.get(key) ?? nearest(this.#corpus.rowsOf(namespace), { vector: question.vector, k, filters });
    this.#known.set(key, known);
    return known;
  }
}

/** Ids of the `k` rows with the greatest cosine, greatest first. Vectors have norm 1. */
export function nearest(
  rows: readonly Row[],
  { vector, k, filters = {} }: { vector: Float32Array; k: number; filters?: Filters },
): string[] {
  const conditions = Object.entries(filters);
  const best: { id: string; similarity: number }[] = [];
  for (const row of rows) {
    if (!conditions.every(([name, value]) => row.metadata[name] === value)) continue;
    const similarity = dot(row.vector, vector);
    if (best.length === k && similarity <= best[k - 1]!.similarity) continue;
    const place = best.findIndex((other) => other.similarity < similarity);
    best.splice(place === -1 ? best.length : place, 0, { id: row.id, similarity });
    best.length = Math.min(best.length, k);
  }
  return best.map(({ id }) => id);
}

function dot(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < x.length; index++) sum += x[index]! * y[index]!;
  return sum;
}

/** Share of the right ids that were found, 0..1; 1 when nothing was to be found and nothing was. */
export function recall(found: readonly string[], right: readonly string[]): number {
  if (right.length === 0) return found.length === 0 ? 1 : 0;
  const rightIds = new Set(right);
  return new Set(found.filter((id) => rightIds.has(id))).size / right.length;
}
