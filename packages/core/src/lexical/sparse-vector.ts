/** Entries of a sparse vector: keys 1..`termKeys`, ascending, each once, with weights above 0. */
export type SparseVector = readonly (readonly [key: number, weight: number])[];

/** The sparse vector of a map. */
export function toSparseVector(weights: ReadonlyMap<number, number>): SparseVector {
  return [...weights].sort((a, b) => a[0] - b[0]);
}
