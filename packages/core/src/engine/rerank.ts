import { PersistoValidationError, type QueryInput } from "@persisto/contract";
import type { Engine } from "./engine.js";

/** Hits a reranker is shown, or k if that is more. It is the slowest part of a query that has one. */
const rerankedHits = 30;

/** What reranking adds to a hit. */
export interface Reranked {
  /** Absent from a query that asks for none. */
  readonly rerankScore?: number;
}

/** How many hits ranking must give for a query. */
export function hitsWanted({ rerank = false }: QueryInput, k: number): number {
  return rerank ? Math.max(k, rerankedHits) : k;
}

/**
 * The best `k` hits in the order of the reranker, when the query asks for it; else in the order given.
 * @throws PersistoValidationError when the store has no reranker or the query no words; PersistoError reranker_failed.
 */
export async function rerank<Hit extends { readonly candidate: { readonly content: string } }>(
  { reranking }: Engine,
  { input, hits, k }: { input: QueryInput; hits: readonly Hit[]; k: number },
): Promise<(Hit & Reranked)[]> {
  if (input.rerank !== true) return hits.slice(0, k);
  const scores = await reranking!.rerank(
    input.query!,
    hits.map(({ candidate }) => candidate.content),
  );
  return hits
    .map((hit, index) => ({ ...hit, rerankScore: scores[index]! }))
    .toSorted((a, b) => b.rerankScore - a.rerankScore)
    .slice(0, k);
}

/** Before anything is searched for. @throws PersistoValidationError. */
export function checkRerank({ reranking }: Engine, { rerank: isWanted = false, query }: QueryInput): void {
  if (!isWanted) return;
  if (reranking === null)
    throw invalid("rerank", "this store has no reranker; open it with one: createPersisto({ reranker })");
  if (query === undefined) throw invalid("query", "is required to rerank by");
}

function invalid(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }]);
}
