/** A vector as pgvector writes it. */
export function parseVector(text: string): Float32Array {
  return Float32Array.from(text.slice(1, -1).split(","), Number);
}

/** The keys of a sparse vector as pgvector writes it. */
export function parseSparseKeys(text: string): number[] {
  const entries = text.slice(1, text.indexOf("}"));
  return entries === "" ? [] : entries.split(",").map((entry) => Number.parseInt(entry, 10));
}
