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
  saveManySchema,
  saveSchema,
  updateSchema,
} from "./schemas.js";
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
  updateProjectSchema,
} from "./administration-schemas.js";
export { profileNames, storeDefaults, storeSettingsSchema } from "./store-settings-schema.js";
export type { StoreSettings } from "./store-settings-schema.js";
