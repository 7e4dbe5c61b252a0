import type { Filters, Metadata } from "@persisto/core";
import { createRandom, randomBelow } from "./random.js";
import { createTextProjection } from "./text-projection.js";
import { createVocabulary } from "./vocabulary.js";
import { createWriter } from "./write-text.js";

/** A memory to save, with its vector made beforehand. */
export interface Row {
  readonly id: string;
  readonly namespace: string;
  readonly content: string;
  readonly metadata: Metadata;
  readonly vector: Float32Array;
}

/** A question about one memory of a namespace. */
export interface Question {
  /** Unique in the corpus. */
  readonly number: number;
  readonly namespace: string;
  readonly text: string;
  readonly vector: Float32Array;
  /** Id of the memory it was made from. */
  readonly source: string;
}

/** A namespace and its number of rows. */
export interface NamespaceSize {
  readonly name: string;
  readonly size: number;
}

/** What a filter on metadata leaves of a namespace. */
export const selectivities: readonly { readonly share: string; readonly filters: Filters }[] = [
  { share: "50 %", filters: { half: 1 } },
  { share: "10 %", filters: { tenth: 1 } },
  { share: "1 %", filters: { hundredth: 1 } },
  { share: "0.1 %", filters: { thousandth: 1 } },
];

/** Most questions of one namespace. */
const questionsPerNamespace = 100;

/** Made-up memories and questions; everything in it follows from its two numbers. */
export interface CorpusOptions {
  /** Size of the largest namespace. */
  readonly rows: number;
  readonly seed: number;
}

export class Corpus {
  readonly namespaces: readonly NamespaceSize[];
  readonly vectorOf: (text: string) => Float32Array;
  readonly #seed: number;
  readonly #writer;
  readonly #rows = new Map<string, readonly Row[]>();
  readonly #questions = new Map<string, readonly Question[]>();

  constructor({ rows, seed }: CorpusOptions) {
    const vocabulary = createVocabulary();
    this.#seed = seed;
    this.namespaces = layOut(rows);
    this.vectorOf = createTextProjection(vocabulary);
    this.#writer = createWriter(vocabulary, seed);
  }

  /** Memories of all namespaces. */
  get size(): number {
    return this.namespaces.reduce((sum, { size }) => sum + size, 0);
  }

  /** The namespace that is asked when a namespace of this size is meant. */
  namespaceOf(size: number): NamespaceSize {
    const namespace = this.namespaces.find((candidate) => candidate.size === size);
    if (namespace === undefined) throw new Error(`The corpus has no namespace of ${size} memories.`);
    return namespace;
  }

  rowsOf({ name, size }: NamespaceSize): readonly Row[] {
    const made = this.#rows.get(name) ?? Array.from({ length: size }, (_, index) => this.#row(name, index));
    this.#rows.set(name, made);
    return made;
  }

  questionsOf({ name, size }: NamespaceSize): readonly Question[] {
    const made =
      this.#questions.get(name) ??
      Array.from({ length: Math.min(questionsPerNamespace, size) }, (_, index) =>
        this.#question({ name, size }, index),
      );
    this.#questions.set(name, made);
    return made;
  }

  #row(namespace: string, index: number): Row {
    const content = this.#writer.memory(this.#firstOf(namespace) + index);
    return { id: `m${index}`, namespace, content, metadata: metadataOf(index), vector: this.vectorOf(content) };
  }

  #question({ name, size }: NamespaceSize, index: number): Question {
    const number = this.namespaces.findIndex((other) => other.name === name) * questionsPerNamespace + index;
    const source = randomBelow(createRandom(this.#seed, 6, number), size);
    const text = this.#writer.question(this.#firstOf(name) + source, number);
    return { number, namespace: name, text, vector: this.vectorOf(text), source: `m${source}` };
  }

  /** Memories are numbered through all namespaces, so that no two have one text. */
  #firstOf(name: string): number {
    const before = this.namespaces.slice(
      0,
      this.namespaces.findIndex((other) => other.name === name),
    );
    return before.reduce((sum, { size }) => sum + size, 0);
  }
}

/** Namespaces of 100, 1,000, ... up to `rows`, small ones first: five of each below 10,000 and one of each from there. */
function layOut(rows: number): NamespaceSize[] {
  const sizes = [100, 1_000, 10_000, 100_000].filter((size) => size < rows);
  const smaller = sizes.flatMap((size) =>
    Array.from({ length: size < 10_000 ? 5 : 1 }, (_, copy) => ({ name: `of-${size}-${copy}`, size })),
  );
  return [...smaller, { name: `of-${rows}-0`, size: rows }];
}

function metadataOf(index: number): Metadata {
  return {
    source: ["chat", "note", "profile"][index % 3]!,
    half: index % 2,
    tenth: index % 10,
    hundredth: index % 100,
    thousandth: index % 1_000,
  };
}
