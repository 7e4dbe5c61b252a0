import { setImmediate as otherWork } from "node:timers/promises";
import type { Filters } from "@persisto/core";
import { selectivities, type Corpus, type NamespaceSize, type Question, type Row } from "./corpus/corpus.js";

/** Ids of the nearest rows that match the filters, nearest first; fewer than wanted when fewer match. */
export type Neighbours = (question: Question, filters?: Filters) => readonly string[];

/** Every filter that the workloads use, and none. */
const allFilters: readonly Filters[] = [{}, ...selectivities.map(({ filters }) => filters)];

/** Rows compared before other work gets a turn. */
const batchRows = 100;

/** Finds what is nearest by looking at every row in full precision: what answers are checked against. */
export class ExactNeighbours {
  readonly #corpus: Corpus;
  readonly #k: number;
  readonly #known = new Map<string, Promise<Neighbours>>();

  constructor(corpus: Corpus, k: number) {
    this.#corpus = corpus;
    this.#k = k;
  }

  /** Those of every question of the namespace, found in one pass: the rows of a large one have to be made for it. */
  of(namespace: NamespaceSize): Promise<Neighbours> {
    const known = this.#known.get(namespace.name) ?? this.#find(namespace);
    this.#known.set(namespace.name, known);
    return known;
  }

  async #find(namespace: NamespaceSize): Promise<Neighbours> {
    const searches = this.#corpus.questionsOf(namespace).map(({ number, vector }) => ({
      number,
      vector,
      nearest: allFilters.map((filters) => new Nearest(this.#k, filters)),
    }));
    for (const rows of this.#corpus.batchesOf(namespace, batchRows)) {
      for (const { vector, nearest: wanted } of searches) {
        for (const row of rows) {
          const similarity = dot(row.vector, vector);
          for (const one of wanted) one.offer(row, similarity);
        }
      }
      await otherWork();
    }
    const found = new Map(
      searches.flatMap(({ number, nearest: wanted }) =>
        wanted.map((one, index) => [keyOf(number, allFilters[index]!), one.ids()]),
      ),
    );
    return ({ number }, filters = {}) => {
      const ids = found.get(keyOf(number, filters));
      if (ids === undefined)
        throw new Error("The exact neighbours are known for the questions and filters of the corpus.");
      return ids;
    };
  }
}

function keyOf(questionNumber: number, filters: Filters): string {
  return JSON.stringify([questionNumber, filters]);
}

/** Ids of the `k` rows with the greatest cosine, greatest first. Vectors have norm 1. */
export function nearest(rows: readonly Row[], { vector, k }: { vector: Float32Array; k: number }): string[] {
  const best = new Nearest(k, {});
  for (const row of rows) best.offer(row, dot(row.vector, vector));
  return best.ids();
}

/** The most similar of the rows that it is offered, among those that match the filters. */
class Nearest {
  readonly #k: number;
  readonly #conditions: readonly (readonly [string, unknown])[];
  readonly #best: { id: string; similarity: number }[] = [];

  constructor(k: number, filters: Filters) {
    this.#k = k;
    this.#conditions = Object.entries(filters);
  }

  offer({ id, metadata }: Row, similarity: number): void {
    const best = this.#best;
    if (best.length === this.#k && similarity <= best[this.#k - 1]!.similarity) return;
    if (!this.#conditions.every(([name, value]) => metadata[name] === value)) return;
    const place = best.findIndex((other) => other.similarity < similarity);
    best.splice(place === -1 ? best.length : place, 0, { id, similarity });
    best.length = Math.min(best.length, this.#k);
  }

  ids(): string[] {
    return this.#best.map(({ id }) => id);
  }
}

/** The cosine of vectors of norm 1. */
export function dot(x: Float32Array, y: Float32Array): number {
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
