/** The limits every implementation of Memory enforces. Sizes are UTF-8 bytes. */
export const limits = {
  contentBytes: 256 * 1024,
  queryBytes: 32 * 1024,
  metadataBytes: 16 * 1024,
  metadataKeys: 64,
  /** Keys, operators and combinators of filters, together. */
  filterNodes: 256,
  /** Levels of filters inside filters: below keys, `and`, `or` and `not`. */
  filterDepth: 16,
  /** Values or filters in one list of a filter. */
  filterListLength: 1_000,
  /** Levels of arrays and objects inside metadata; PGlite loses writes silently in the thousands. */
  jsonDepth: 32,
  /** Levels of a whole input or request body: metadata inside a batch and its items. */
  inputDepth: 36,
  namespaceBytes: 256,
  idBytes: 256,
  /** pgvector's own limit. */
  dimensions: 16_000,
  /** Passages of one's own in one memory, and in all memories of a batch. */
  passages: 1_000,
  batchPassages: 10_000,
  k: 100,
  batch: 1_000,
  pageSize: 1_000,
  /** Ten years. */
  ttlSeconds: 10 * 365 * 24 * 60 * 60,
} as const;
