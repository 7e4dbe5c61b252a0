/** How a call to a reranker is made. */
export interface RerankOptions {
  readonly signal?: AbortSignal;
}

/**
 * Reads a query and passages together and says how well each passage answers it. Persisto batches and checks around
 * it, so an implementation only calls its model.
 */
export interface Reranker {
  /** Names the model, e.g. `api.jina.ai/jina-reranker-v2-base-multilingual`. */
  readonly id: string;
  /** Most passages in one call of `rerank`; scores of two calls for one query must be comparable. Default 128. */
  readonly maxBatch?: number;
  /**
   * One score per passage, same order, on any scale, higher is better. Empty input gives [].
   * @throws PersistoError reranker_failed (retryable on 429 and 5xx).
   */
  rerank(query: string, passages: readonly string[], options: RerankOptions): Promise<number[]>;
}
