export { keyScopes, tokenScopes } from "./access.js";
export type { Actor, KeyScope, Principal } from "./access.js";
export type {
  Administration,
  ApiKey,
  AuditEntry,
  AuditPage,
  AuditVerdict,
  CreatedApiKey,
  CreatedToken,
  ListAuditInput,
  NewApiKey,
  NewToken,
  Organisation,
  Project,
} from "./administration.js";
export type { EmbedOptions, Embedder } from "./embedder.js";
export {
  errorCodes,
  isPersistoError,
  PersistoAuthError,
  PersistoError,
  PersistoNotFoundError,
  PersistoRateLimitError,
  PersistoValidationError,
  resources,
} from "./errors.js";
export type { ErrorCode, ErrorDetails, ErrorOptions, FieldIssue, Resource } from "./errors.js";
export { filterPredicate, matchesFilters } from "./evaluate-filter.js";
export type { Access, HitExplanation, QueryExplanation } from "./explanation.js";
export type { FilterCondition, FilterDate, FilterOperand, Filters } from "./filter.js";
export { filterTree } from "./filter-tree.js";
export type { FilterNode, FilterTest } from "./filter-tree.js";
export type { JsonScalar, JsonValue, Metadata } from "./json.js";
export { languages } from "./language.js";
export type { Language } from "./language.js";
export { findJsonIssue } from "./plain-json.js";
export { limits } from "./limits.js";
export type { Memory } from "./memory.js";
export { fromProblem, toProblem, withFieldRenamed } from "./problem.js";
export type { Problem } from "./problem.js";
export type { RecencyPreference, Retrieval, RetrievalMode, RetrievalProfile } from "./profile.js";
export type { Reranker, RerankOptions } from "./reranker.js";
export { administrationRoutes, routes } from "./routes.js";
export type {
  DeleteInput,
  DeleteResult,
  Hit,
  ListInput,
  ListQueriesInput,
  MemoryPage,
  MemoryRecord,
  NamespaceSettings,
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
  PassageInput,
  StoredPassage,
} from "./types.js";
export { fromWire, snakeCase, toWire } from "./wire.js";
export { quotaNames } from "./usage.js";
export type { ProjectQuotas, Quota, QuotaName, QuotasInput, UsageInput, UsageReport, UsageRow } from "./usage.js";
