import { setImmediate } from "node:timers/promises";
import type { Embedder } from "@persisto/contract";
import type { StaticTable } from "./static-table.js";
import { WordPiece } from "./word-piece.js";

/** Longer texts are split before they come here; a sum of many more rows would blur what each part says. */
const MAX_TOKENS = 512;
/** Tokens between two looks at the event loop: about 20 ms, so a big import does not hold up a server's requests. */
const TOKENS_BETWEEN_PAUSES = 100_000;
/** A shorter sum is what rounding leaves when rows cancel out; the lengths of real sums are near 1. */
const SHORTEST_SUM = 1e-6;

/**
 * A word said twice counts less than double, as in lexical rankings. Against a plain sum that finds half a point to 1.7
 * points more in conversations and articles, 1.1 less in abstracts.
 */
function repetitionWeight(count: number): number {
  return count === 1 ? 1 : count ** 0.75;
}

/** Sums rows to a vector of length 1, or to undefined when there is nothing to give a direction. */
function rowSummer({ dimensions, rows, scales }: StaticTable) {
  /** How often each piece occurs in the text at hand; all zero between two texts. */
  const counts = new Uint32Array(scales.length);
  // The different rows of the text at hand: where they start, and their factors.
  const starts = new Uint32Array(scales.length);
  const factors = new Float64Array(scales.length);
  const sum = new Float64Array(dimensions);

  function collect(ids: readonly number[]): number {
    let collected = 0;
    for (const row of ids) counts[row] = (counts[row] as number) + 1;
    for (const row of ids) {
      const count = counts[row] as number;
      if (count === 0) continue; // its first occurrence stood for all
      counts[row] = 0;
      starts[collected] = row * dimensions;
      factors[collected] = (scales[row] as number) * repetitionWeight(count);
      collected++;
    }
    return collected;
  }

  /** Four rows in one pass, 1.7x faster than one: the sum is read and written a quarter as often. */
  function addFour(at: number): void {
    const a = starts[at] as number;
    const b = starts[at + 1] as number;
    const c = starts[at + 2] as number;
    const d = starts[at + 3] as number;
    const p = factors[at] as number;
    const q = factors[at + 1] as number;
    const r = factors[at + 2] as number;
    const s = factors[at + 3] as number;
    for (let i = 0; i < dimensions; i++) {
      sum[i] =
        (sum[i] as number) +
        p * (rows[a + i] as number) +
        q * (rows[b + i] as number) +
        r * (rows[c + i] as number) +
        s * (rows[d + i] as number);
    }
  }

  function addOne(at: number): void {
    const start = starts[at] as number;
    const factor = factors[at] as number;
    for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] as number) + factor * (rows[start + i] as number);
  }

  return (ids: readonly number[]): Float32Array | undefined => {
    sum.fill(0);
    const count = collect(ids);
    let at = 0;
    for (; at + 4 <= count; at += 4) addFour(at);
    for (; at < count; at++) addOne(at);
    let square = 0;
    for (let i = 0; i < dimensions; i++) square += (sum[i] as number) * (sum[i] as number);
    const norm = Math.sqrt(square);
    if (!(norm > SHORTEST_SUM)) return undefined;
    const vector = new Float32Array(dimensions);
    for (let i = 0; i < dimensions; i++) vector[i] = (sum[i] as number) / norm;
    return vector;
  };
}

/**
 * An embedder over a parsed table. A text without a word, or whose rows cancel out, gets the vector of [UNK].
 * `id` must change whenever the table does: vectors of two ids are never compared.
 * @throws Error when the [UNK] row is empty.
 */
export function tableEmbedder(table: StaticTable, id: string): Embedder {
  const wordPiece = new WordPiece(table.vocabulary);
  const unitSum = rowSummer(table);
  const unknownVector = unitSum([wordPiece.unknownId]);
  if (unknownVector === undefined) throw new Error("static embedding table with an empty [UNK] row");

  return {
    id,
    dimensions: table.dimensions,
    maxTokens: MAX_TOKENS,
    countTokens: (text) => wordPiece.encode(text).length,
    async embed(texts, { signal }) {
      const vectors: Float32Array[] = [];
      let tokens = 0;
      for (const text of texts) {
        signal?.throwIfAborted();
        const ids = wordPiece.encode(text);
        vectors.push(unitSum(ids) ?? unknownVector.slice());
        tokens += ids.length;
        if (tokens < TOKENS_BETWEEN_PAUSES) continue;
        tokens = 0;
        await setImmediate();
      }
      return vectors;
    },
  };
}
