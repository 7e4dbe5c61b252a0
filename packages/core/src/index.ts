export { dumpStore } from "./backup/dump-store.js";
export type { DumpResult } from "./backup/dump-store.js";
export { loadStore } from "./backup/load-store.js";
export { createPersisto, defaultProjectId } from "./create-persisto.js";
export type { Persisto } from "./create-persisto.js";
export { fromAiSdk } from "./embedders/from-ai-sdk.js";
export type { AiSdkEmbeddingModel, AiSdkProviderOptions, FromAiSdkOptions } from "./embedders/from-ai-sdk.js";
export { fromLangChain } from "./embedders/from-lang-chain.js";
export type { FromLangChainOptions, LangChainEmbeddings } from "./embedders/from-lang-chain.js";
export type { EmbedderOptions } from "./embedders/make-embedder.js";
export { openAICompatible } from "./embedders/openai-compatible.js";
export type { OpenAICompatibleOptions } from "./embedders/openai-compatible.js";
export { staticEmbedder } from "./embedders/static/static-embedder.js";
export { transformersJs } from "./embedders/transformers-js.js";
export type {
  ModelDownload,
  TransformersDevice,
  TransformersDtype,
  TransformersJsOptions,
  TransformersPooling,
} from "./embedders/transformers-js.js";
export type { Log } from "./lifecycle/log.js";
export type { PersistoOptions } from "./options.js";
export { httpReranker } from "./rerankers/http-reranker.js";
export type { HttpRerankerOptions } from "./rerankers/http-reranker.js";
export type { Bucket, SharedBuckets, Taken } from "./store/shared-buckets.js";
export type { PersistoStats } from "./stats.js";
export type { ConnectionCounts } from "./store/sql-client.js";
export type { Access, PrincipalAccess } from "./tenancy/access.js";

// The vocabulary, so that one import is enough.
export {
  isPersistoError,
  limits,
  matchesFilters,
  PersistoAuthError,
  PersistoError,
  PersistoNotFoundError,
  PersistoRateLimitError,
  PersistoValidationError,
} from "@persisto/contract";
export type {
  DeleteInput,
  DeleteResult,
  Embedder,
  EmbedOptions,
  ErrorCode,
  ErrorDetails,
  FieldIssue,
  FilterCondition,
  FilterDate,
  FilterOperand,
  Filters,
  Hit,
  JsonScalar,
  JsonValue,
  ListInput,
  ListQueriesInput,
  Memory,
  MemoryPage,
  MemoryRecord,
  Metadata,
  NamespaceSummary,
  QueryInput,
  QueryLogEntry,
  QueryLogPage,
  QueryResult,
  RecencyPreference,
  RecordKey,
  Reranker,
  RerankOptions,
  RetrievalMode,
  RetrievalProfile,
  SavedMemory,
  SaveInput,
  SaveResult,
  UpdateInput,
} from "@persisto/contract";
