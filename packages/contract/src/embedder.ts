/** How a call to an embedder is made. */
export interface EmbedOptions {
  /** Some models embed questions and documents differently. */
  readonly kind: "query" | "document";
  readonly signal?: AbortSignal;
}

/**
 * Turns texts into vectors. Persisto normalises, batches, checks and caches around it, so an
 * implementation only calls its model.
 */
export interface Embedder {
  /** Names the vector space, e.g. `openai/text-embedding-3-small;d=1536`. Vectors of two ids are never compared. */
  readonly id: string;
  readonly dimensions: number;
  /** Longest text in the model's own tokens; longer content is split into chunks below it. Default 512. */
  readonly maxTokens?: number;
  /** Most texts in one call of `embed`. Default 128. */
  readonly maxBatch?: number;
  /** Tokens of a text. Default: an estimate that errs on the high side. */
  countTokens?(text: string): number;
  /**
   * One vector per text, same order, length = `dimensions`. Empty input gives [].
   * @throws PersistoError embedder_failed (retryable on 429 and 5xx).
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>;
}
