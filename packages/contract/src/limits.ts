/** The limits every implementation of Memory enforces. Sizes are UTF-8 bytes. */
export const limits = {
  contentBytes: 256 * 1024,
  queryBytes: 32 * 1024,
  metadataBytes: 16 * 1024,
  metadataKeys: 64,
  filterKeys: 64,
  /** Levels of arrays and objects inside metadata; PGlite loses writes silently in the thousands. */
  jsonDepth: 32,
  /** Levels of a whole input or request body: metadata inside a batch and its items. */
  inputDepth: 36,
  namespaceBytes: 256,
  idBytes: 256,
  k: 100,
  batch: 1_000,
  pageSize: 1_000,
  /** Ten years. */
  ttlSeconds: 10 * 365 * 24 * 60 * 60,
} as const;
