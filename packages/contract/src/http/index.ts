export { parseInput } from "./parse-input.js";
export {
  deleteNamespaceSchema,
  deleteSchema,
  idSchema,
  listQueriesSchema,
  listSchema,
  namespaceSchema,
  projectIdSchema,
  querySchema,
  recordKeySchema,
  retrievalProfileSchema,
  saveManySchema,
  saveSchema,
  updateSchema,
} from "./schemas.js";
