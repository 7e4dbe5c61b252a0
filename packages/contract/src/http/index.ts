export { parseInput } from "./parse-input.js";
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
