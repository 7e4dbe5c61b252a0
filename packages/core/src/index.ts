export { createPersisto, defaultProjectId } from "./create-persisto.js";
export type { Persisto } from "./create-persisto.js";
export { openAICompatible } from "./embedders/openai-compatible.js";
export type { OpenAICompatibleOptions } from "./embedders/openai-compatible.js";
export { staticEmbedder } from "./embedders/static/static-embedder.js";
export type { Log } from "./lifecycle/log.js";
export type { PersistoOptions } from "./options.js";
export type { ApiKeys } from "./tenancy/api-keys.js";

// The vocabulary, so that one import is enough.
export {
  isPersistoError,
  limits,
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
  RetrievalMode,
  RetrievalProfile,
  SavedMemory,
  SaveInput,
  SaveResult,
  UpdateInput,
} from "@persisto/contract";
