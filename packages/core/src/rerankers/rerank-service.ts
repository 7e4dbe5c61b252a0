import { isPersistoError, PersistoError, type Reranker, type RerankOptions } from "@persisto/contract";

/** What the engine uses of a reranker. */
export interface RerankService {
  readonly id: string;
  /**
   * One finite score per passage, same order, higher is better; [] for []. All or nothing.
   * @throws PersistoError reranker_failed.
   */
  rerank(query: string, passages: readonly string[], options?: RerankOptions): Promise<number[]>;
}

const DEFAULT_MAX_BATCH = 128;

/** Batches and checks around a reranker, so that a reranker only calls its model. */
export function createRerankService(reranker: Reranker): RerankService {
  const { id, maxBatch = DEFAULT_MAX_BATCH } = reranker;

  const rerankBatch = async (query: string, batch: readonly string[], options: RerankOptions): Promise<number[]> => {
    try {
      return checkScores(await reranker.rerank(query, batch, options), batch.length, id);
    } catch (cause) {
      if (isPersistoError(cause) || options.signal?.aborted) throw cause;
      throw new PersistoError("reranker_failed", `The reranker ${id} failed; see the cause.`, { cause });
    }
  };

  return {
    id,
    rerank: async (query, passages, options = {}) => {
      const scores: number[] = [];
      // One after the other: nearly every query has one batch, and a server with small ones is a busy machine.
      for (let start = 0; start < passages.length; start += maxBatch) {
        options.signal?.throwIfAborted();
        scores.push(...(await rerankBatch(query, passages.slice(start, start + maxBatch), options)));
      }
      return scores;
    },
  };
}

function checkScores(scores: unknown, count: number, id: string): number[] {
  if (!Array.isArray(scores)) throw unusable(id, "no list of scores");
  if (scores.length !== count) throw unusable(id, `${scores.length} scores for ${count} passages`);
  // from: every() skips the holes of a list
  if (!Array.from(scores as unknown[]).every((score) => typeof score === "number" && Number.isFinite(score))) {
    throw unusable(id, "a score that is no finite number");
  }
  return scores as number[];
}

function unusable(id: string, what: string): PersistoError {
  return new PersistoError("reranker_failed", `The reranker ${id} returned ${what}.`, { retryable: false });
}
