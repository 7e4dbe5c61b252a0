export { PersistoEmbedding } from "./persisto-embedding.js";
export type { PersistoEmbeddingInit } from "./persisto-embedding.js";
export { PersistoMemoryBlock } from "./persisto-memory-block.js";
export type { PersistoMemoryBlockInit } from "./persisto-memory-block.js";
export { PersistoVectorStore } from "./persisto-vector-store.js";
export type { PersistoVectorStoreInit } from "./persisto-vector-store.js";
