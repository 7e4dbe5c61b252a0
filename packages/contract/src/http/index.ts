export { openApiDocument } from "./open-api/open-api-document.js";
export type { OpenApiDocument, OpenApiOptions } from "./open-api/open-api-document.js";
export { administrationOperations } from "./operations/administration-operations.js";
export { healthOperations } from "./operations/health-operations.js";
export { errorsOf } from "./operations/operation.js";
export type { Operation } from "./operations/operation.js";
export { operations } from "./operations/operations.js";
export { parseInput, toFieldIssues } from "./parse-input.js";
export {
  configureNamespaceSchema,
  deleteNamespaceSchema,
  deleteSchema,
  listQueriesSchema,
  listSchema,
  projectIdSchema,
  querySchema,
  recordKeySchema,
  updateSchema,
} from "./schemas.js";
export { saveManySchema, saveSchema } from "./save-schemas.js";
export {
  createKeySchema,
  createOrganisationSchema,
  createProjectSchema,
  createTokenSchema,
  keySchema,
  listAuditSchema,
  listProjectsSchema,
  organisationSchema,
  projectSchema,
  rotateKeySchema,
  setQuotasSchema,
  updateProjectSchema,
  usageSchema,
} from "./administration-schemas.js";
export { profileNames, storeDefaults, storeSettingsSchema } from "./store-settings-schema.js";
export type { StoreSettings } from "./store-settings-schema.js";
