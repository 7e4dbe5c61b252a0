import { stemmer } from "stemmer";
import type { Document } from "./dataset.js";

const k1 = 1.2;
const b = 0.75;

const stopWords = new Set(
  (
    "a about after all also am an and any are as at be because been before being but by can could did do does doing " +
    "for from had has have having he her here hers him his how i if in into is it its just me more most my no nor not " +
    "of off on once only or other our out over own same she should so some such than that the their them then there " +
    "these they this those through to too under until up very was we were what when where which while who whom why " +
    "will with would you your"
  ).split(" "),
);

/** BM25 (k1 1.2, b 0.75, Porter stemmer, English stop words, pairs of ideographs) over the documents of one scope: the baseline to beat. */
export class Bm25 {
  readonly #documents: { id: string; length: number; counts: Map<string, number> }[];
  readonly #documentFrequency = new Map<string, number>();
  readonly #averageLength: number;

  constructor(documents: readonly Document[]) {
    this.#documents = documents.map(({ id, content }) => {
      const terms = termsOf(content);
      return { id, length: terms.length, counts: countsOf(terms) };
    });
    for (const { counts } of this.#documents) {
      for (const term of counts.keys()) this.#documentFrequency.set(term, (this.#documentFrequency.get(term) ?? 0) + 1);
    }
    this.#averageLength = this.#documents.reduce((sum, { length }) => sum + length, 0) / this.#documents.length;
  }

  /** Ids of the best `k` documents that share a term with the question, best first. */
  search(question: string, k: number): string[] {
    const terms = new Set(termsOf(question));
    return this.#documents
      .map((document) => ({ id: document.id, score: this.#score(terms, document) }))
      .filter(({ score }) => score > 0)
      .toSorted((x, y) => y.score - x.score)
      .slice(0, k)
      .map(({ id }) => id);
  }

  /**
   * Whether a question shares no telling word with the documents that answer it: none but those that are in more than
   * a tenth of all documents, as the names of the speakers are.
   */
  isParaphrased(question: string, gold: ReadonlySet<string>): boolean {
    const telling = termsOf(question).filter(
      (term) => (this.#documentFrequency.get(term) ?? 0) <= this.#documents.length / 10,
    );
    const answers = this.#documents.filter(({ id }) => gold.has(id));
    return answers.length > 0 && !answers.some(({ counts }) => telling.some((term) => counts.has(term)));
  }

  #score(terms: ReadonlySet<string>, { counts, length }: { counts: Map<string, number>; length: number }): number {
    let score = 0;
    for (const term of terms) {
      const count = counts.get(term);
      if (count === undefined) continue;
      const frequency = this.#documentFrequency.get(term)!;
      const idf = Math.log(1 + (this.#documents.length - frequency + 0.5) / (frequency + 0.5));
      score += (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / this.#averageLength));
    }
    return score;
  }
}

function termsOf(text: string): string[] {
  const words = text.toLowerCase().match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? [];
  return words
    .flatMap(ideographPairs)
    .filter((word) => !stopWords.has(word))
    .map((word) => stemmer(word));
}

/** Chinese has no spaces: each two ideographs that follow one another count as a word. */
function ideographPairs(word: string): string[] {
  if (!/^\p{Script=Han}{2}/u.test(word)) return [word];
  const ideographs = [...word];
  return ideographs.slice(1).map((ideograph, index) => ideographs[index]! + ideograph);
}

function countsOf(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
