import { PersistoError } from "@persisto/contract";

/**
 * A list of numbers from a model as a vector.
 * @throws PersistoError embedder_failed, not retryable, when it is no list of numbers.
 */
export function toVector(embedding: unknown): Float32Array {
  if (embedding instanceof Float32Array) return embedding;
  if (!Array.isArray(embedding)) throw unusable("an embedding that is no list of numbers");
  // Float32Array.from would take null for 0 and "1" for 1
  if (!embedding.every((value: unknown) => typeof value === "number")) throw unusable("a value that is no number");
  return Float32Array.from(embedding);
}

/** The same for one list per text. */
export function toVectors(embeddings: unknown): Float32Array[] {
  if (!Array.isArray(embeddings)) throw unusable("no list of embeddings");
  return embeddings.map(toVector);
}

function unusable(what: string): PersistoError {
  return new PersistoError("embedder_failed", `The model returned ${what}.`, { retryable: false });
}
