import { termKeys } from "../../lexical/term-key.js";
import type { SparseVector } from "../../lexical/sparse-vector.js";

/**
 * A vector of length 1 as pgvector reads it. Seven decimals are as good as all that a float32 has (the cosine of two
 * such vectors changes by less than 1e-6) and take a third of the bytes and of the time.
 */
export function vectorLiteral(vector: Float32Array): string {
  const rounded = new Array<number>(vector.length);
  for (let index = 0; index < vector.length; index++) rounded[index] = Math.round(vector[index]! * 1e7) / 1e7;
  return `[${rounded.join(",")}]`;
}

/** Largest integer that half precision can hold, and some to spare. */
const largestInteger = 60_000;

/**
 * The direction of a vector as pgvector reads it: scaled to integers, which are written and read in half the time. For
 * comparing by cosine, which does not see lengths; finer than the half precision it is compared in.
 */
export function directionLiteral(vector: Float32Array, type: "vector" | "halfvec"): string {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = (type === "halfvec" ? largestInteger : 100 * largestInteger) / largest;
  const integers = new Int32Array(vector.length);
  for (let index = 0; index < vector.length; index++) integers[index] = Math.round(vector[index]! * scale);
  return `[${integers.join(",")}]`;
}

/** A vector as pgvector writes it. */
export function parseVector(text: string): Float32Array {
  return Float32Array.from(text.slice(1, -1).split(","), Number);
}

/** A sparse vector as pgvector reads it. */
export function sparseVectorLiteral(vector: SparseVector): string {
  return `{${vector.map(([key, weight]) => `${key}:${Math.round(weight * 1e4) / 1e4}`).join(",")}}/${termKeys}`;
}

/** The keys of a sparse vector as pgvector writes it. */
export function parseSparseKeys(text: string): number[] {
  const entries = text.slice(1, text.indexOf("}"));
  return entries === "" ? [] : entries.split(",").map((entry) => Number.parseInt(entry, 10));
}
