import type { Access } from "@persisto/contract";

/** What the choice goes by. */
export interface PlanFacts {
  readonly passages: number;
  /** Passages that the vector index does not hold yet; they are read exactly beside it. */
  readonly deferred: number;
  readonly isIndexed: boolean;
  /** Share of the memories that the filters keep, 0..1; 1 without filters. */
  readonly selectivity: number;
}

/**
 * Passages that are read one by one: some 3 ms natively and 5 in PGlite for vectors, 1.5 and 2.5 for text. From about
 * there on an index is faster, and only from there on is its recall among many neighbours worth its upkeep.
 */
export const exactPassages = 5_000;

/** The same among memories that filters keep, which are looked up one by one. */
const exactFiltered = 2_000;

/**
 * Entries that a search of the index keeps in view (ef_search, at most 1,000). More passages need more of them for the
 * same recall: of 100,000 whose topics overlap, 400 find 0.955 of the nearest ten and 800 find 0.997.
 */
export function searchBreadth(passages: number): number {
  return Math.min(1_000, Math.max(120, Math.round(2 * Math.sqrt(passages))));
}

/**
 * How to read vectors and text. Exact wherever that is cheap: in small namespaces, and in large ones under filters that
 * leave few memories, among which an index would have to look for long and miss some.
 */
export function planAccess({ passages, deferred, isIndexed, selectivity }: PlanFacts): {
  vector: Access;
  text: Access;
} {
  if (passages <= exactPassages || passages * selectivity <= exactFiltered) return { vector: "exact", text: "exact" };
  return { vector: isIndexed && deferred <= exactPassages ? "index" : "exact", text: "index" };
}
