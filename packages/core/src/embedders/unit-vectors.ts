import { PersistoError, type Embedder } from "@persisto/contract";

/**
 * What an embedder returned for `count` texts, checked and scaled to L2 norm 1, as new arrays.
 * @throws PersistoError embedder_failed, not retryable, naming the embedder and what is wrong.
 */
export function toUnitVectors(returned: readonly Float32Array[], count: number, embedder: Embedder): Float32Array[] {
  if (!Array.isArray(returned)) throw unusable(embedder, "no list of vectors");
  if (returned.length !== count) throw unusable(embedder, `${returned.length} vectors for ${count} texts`);
  return returned.map((vector: Float32Array) => toUnitVector(vector, embedder));
}

/** The same for one vector. */
export function toUnitVector(vector: Float32Array, embedder: Embedder): Float32Array {
  if (!(vector instanceof Float32Array)) throw unusable(embedder, "a vector that is no Float32Array");
  if (vector.length !== embedder.dimensions) {
    throw unusable(embedder, `a vector of ${vector.length} dimensions where it declares ${embedder.dimensions}`);
  }
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (!Number.isFinite(norm)) throw unusable(embedder, "a number that is not finite");
  if (norm === 0) throw unusable(embedder, "the zero vector");
  return vector.map((value) => value / norm);
}

function unusable(embedder: Embedder, what: string): PersistoError {
  return new PersistoError("embedder_failed", `The embedder ${embedder.id} returned ${what}.`, { retryable: false });
}
