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

/** Filters on metadata, and the share of a namespace that each leaves, 0..1. */
export const selectivities: readonly { readonly share: number; readonly filters: Filters }[] = [
  { share: 0.5, filters: { half: 1 } },
  { share: 0.1, filters: { tenth: 1 } },
  { share: 0.01, filters: { hundredth: 1 } },
  { share: 0.001, filters: { thousandth: 1 } },
];

/** Most questions of one namespace. */
const questionsPerNamespace = 100;

/** Some 2.7 kB each: 0.3 GB of them fit beside everything else that a process holds, 3 GB do not. */
const defaultKeptRows = 100_000;

/** Made-up memories and questions; everything in it follows from rows and seed. */
export interface CorpusOptions {
  /** Size of the largest namespace. */
  readonly rows: number;
  readonly seed: number;
  /** Size up to which the rows of a namespace are kept; those of a larger one are made whenever they are read. Default 100,000. */
  readonly keptRows?: number;
}

export class Corpus {
  readonly namespaces: readonly NamespaceSize[];
  readonly vectorOf: (text: string) => Float32Array;
  readonly #seed: number;
  readonly #keptRows: number;
  readonly #writer;
  readonly #rows = new Map<string, readonly Row[]>();
  readonly #questions = new Map<string, readonly Question[]>();

  constructor({ rows, seed, keptRows = defaultKeptRows }: CorpusOptions) {
    const vocabulary = createVocabulary();
    this.#seed = seed;
    this.#keptRows = keptRows;
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

  /** All rows of a namespace that is small enough to be kept. */
  rowsOf({ name, size }: NamespaceSize): readonly Row[] {
    if (size > this.#keptRows) throw new Error(`The ${size} memories of ${name} can only be read in batches.`);
    const made = this.#rows.get(name) ?? this.#make(name, { first: 0, end: size });
    this.#rows.set(name, made);
    return made;
  }

  /** The rows of any namespace in order, so many at a time; a row that is not kept takes some 65 microseconds. */
  *batchesOf(namespace: NamespaceSize, perBatch: number): Generator<readonly Row[]> {
    const { name, size } = namespace;
    const kept = size <= this.#keptRows ? this.rowsOf(namespace) : undefined;
    for (let first = 0; first < size; first += perBatch) {
      const end = Math.min(first + perBatch, size);
      yield kept?.slice(first, end) ?? this.#make(name, { first, end });
    }
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

  #make(namespace: string, { first, end }: { first: number; end: number }): Row[] {
    return Array.from({ length: end - first }, (_, index) => this.#row(namespace, first + index));
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
