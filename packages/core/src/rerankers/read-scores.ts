import { PersistoError } from "@persisto/contract";

/**
 * The scores of an answer of `/rerank`, in the order of the passages; servers sort them by score. Cohere's kind is
 * `{ results: [{ index, relevance_score }] }`, Voyage's has `data` for results, TEI's is `[{ index, score }]`.
 * @throws PersistoError reranker_failed, not retryable, when the answer is not one score per passage.
 */
export function readScores(answer: unknown, count: number): number[] {
  const items: unknown = isRecord(answer) && !Array.isArray(answer) ? (answer["results"] ?? answer["data"]) : answer;
  if (!Array.isArray(items)) throw unusable("no list of results; are baseUrl and dialect right?");
  if (items.length !== count) throw unusable(`${items.length} results for ${count} passages`);
  const scores = new Map<number, number>();
  for (const item of items as unknown[]) {
    if (!isRecord(item)) throw unusable("a result that is no object");
    const { index, relevance_score: relevance, score = relevance } = item;
    if (typeof index !== "number" || scores.has(index)) throw unusable("a result without an index, or one twice");
    if (typeof score !== "number") throw unusable("a result without a score");
    scores.set(index, score);
  }
  return Array.from({ length: count }, (_, index) => {
    const score = scores.get(index);
    if (score === undefined) throw unusable(`no result with index ${index}`);
    return score;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function unusable(what: string): PersistoError {
  return new PersistoError("reranker_failed", `The reranking server returned ${what}.`, { retryable: false });
}
