import { describe, expect, it } from "vitest";

const errors = [
  "PersistoAuthError",
  "PersistoError",
  "PersistoNotFoundError",
  "PersistoRateLimitError",
  "PersistoValidationError",
  "isPersistoError",
];

/** What each package gives at run time. A new name here is a promise to users. */
const exported: Record<string, string[]> = {
  "@persisto/contract": [
    ...errors,
    "administrationRoutes",
    "errorCodes",
    "filterPredicate",
    "filterTree",
    "findJsonIssue",
    "fromProblem",
    "fromWire",
    "keyScopes",
    "languages",
    "limits",
    "matchesFilters",
    "resources",
    "routes",
    "snakeCase",
    "toProblem",
    "toWire",
    "tokenScopes",
    "withFieldRenamed",
  ],
  "@persisto/contract/http": [
    "administrationOperations",
    "configureNamespaceSchema",
    "createKeySchema",
    "createOrganisationSchema",
    "createProjectSchema",
    "createTokenSchema",
    "deleteNamespaceSchema",
    "deleteSchema",
    "errorsOf",
    "healthOperations",
    "keySchema",
    "listAuditSchema",
    "listProjectsSchema",
    "listQueriesSchema",
    "listSchema",
    "openApiDocument",
    "operations",
    "organisationSchema",
    "parseInput",
    "profileNames",
    "projectIdSchema",
    "projectSchema",
    "querySchema",
    "recordKeySchema",
    "rotateKeySchema",
    "saveManySchema",
    "saveSchema",
    "storeDefaults",
    "storeSettingsSchema",
    "toFieldIssues",
    "updateProjectSchema",
    "updateSchema",
  ],
  "@persisto/core": [
    ...errors,
    "createPersisto",
    "defaultProjectId",
    "fromAiSdk",
    "fromLangChain",
    "httpReranker",
    "limits",
    "matchesFilters",
    "openAICompatible",
    "staticEmbedder",
    "transformersJs",
  ],
  "@persisto/client": [...errors, "PersistoClient", "limits"],
  "@persisto/server": [
    "createApp",
    "createAuthenticator",
    "createMetrics",
    "createMetricsApp",
    "openTelemetry",
    "startServer",
  ],
  "@persisto/conformance": ["describeEmbedder", "describeMemory", "describeProjectIsolation", "describeReranker"],
};

describe("the packages", () => {
  it.each(Object.entries(exported))("%s exports what it promises and nothing else", async (name, names) => {
    const module = (await import(name)) as object;
    expect(Object.keys(module).toSorted()).toEqual(names.toSorted());
  });
});
