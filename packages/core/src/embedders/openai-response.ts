import { PersistoError } from "@persisto/contract";
import { toVector } from "./to-vector.js";

/**
 * The vectors of an answer of `/v1/embeddings`, in the order of the texts whatever order it lists them in.
 * @throws PersistoError embedder_failed, not retryable, when the answer is not one vector of numbers per text.
 */
export function readVectors(answer: unknown, count: number): Float32Array[] {
  if (!isRecord(answer) || !Array.isArray(answer.data)) throw unusable("no list of embeddings; is baseUrl right?");
  const items: unknown[] = answer.data;
  if (items.length !== count) throw unusable(`${items.length} embeddings for ${count} texts`);
  const vectors = new Map<number, Float32Array>();
  for (const [position, item] of items.entries()) {
    if (!isRecord(item)) throw unusable("an embedding that is no object");
    const index = item.index ?? position; // some servers leave it out
    if (typeof index !== "number" || vectors.has(index)) throw unusable("an index twice");
    vectors.set(index, toVector(item.embedding));
  }
  return Array.from({ length: count }, (_, index) => {
    const vector = vectors.get(index);
    if (vector === undefined) throw unusable(`no embedding with index ${index}`);
    return vector;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function unusable(what: string): PersistoError {
  return new PersistoError("embedder_failed", `The embedding server returned ${what}.`, { retryable: false });
}
