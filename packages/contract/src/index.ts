export type { EmbedOptions, Embedder } from "./embedder.js";
export {
  errorCodes,
  isPersistoError,
  PersistoAuthError,
  PersistoError,
  PersistoNotFoundError,
  PersistoRateLimitError,
  PersistoValidationError,
} from "./errors.js";
export type { ErrorCode, ErrorDetails, ErrorOptions, FieldIssue } from "./errors.js";
export type { Filters } from "./filter.js";
export type { JsonScalar, JsonValue, Metadata } from "./json.js";
export { findJsonIssue } from "./plain-json.js";
export { limits } from "./limits.js";
export type { Memory } from "./memory.js";
export { fromProblem, toProblem, withFieldRenamed } from "./problem.js";
export type { Problem } from "./problem.js";
export type { RecencyPreference, RetrievalMode, RetrievalProfile } from "./profile.js";
export { routes } from "./routes.js";
export type {
  DeleteInput,
  DeleteResult,
  Hit,
  ListInput,
  ListQueriesInput,
  MemoryPage,
  MemoryRecord,
  NamespaceSummary,
  QueryInput,
  QueryLogEntry,
  QueryLogPage,
  QueryResult,
  RecordKey,
  SavedMemory,
  SaveInput,
  SaveResult,
  UpdateInput,
} from "./types.js";
export { fromWire, snakeCase, toWire } from "./wire.js";
