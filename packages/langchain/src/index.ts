export type { FilterValue, PersistoFilter, PersistoFilterCondition } from "./filters/persisto-filter.js";
export { PersistoEmbeddings } from "./persisto-embeddings.js";
export type { PersistoEmbeddingsParams } from "./persisto-embeddings.js";
export { PersistoVectorStore } from "./persisto-vector-store.js";
export type { PersistoDeleteParams, PersistoVectorStoreArgs } from "./persisto-vector-store.js";
