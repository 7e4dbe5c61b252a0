import { z } from "zod";
import { administrationRoutes } from "../../routes.js";
import {
  apiKeySchema,
  auditPageSchema,
  auditVerdictSchema,
  createdApiKeySchema,
  createdTokenSchema,
  organisationAnswerSchema,
  projectAnswerSchema,
  quotasSchema,
  usageReportSchema,
} from "../administration-responses.js";
import {
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
} from "../administration-schemas.js";
import type { Operation } from "./operation.js";

const organisationsTag = "Organisations and projects";
const keysTag = "Keys and tokens";
const usageTag = "Usage and quotas";
const auditTag = "Audit log";

const createdAt = "2026-01-31T12:00:00.000Z";
const organisation = { id: "acme", name: "Acme", created_at: createdAt };
const project = { id: "bots", organisation: "acme", name: "Bots", environment: "live", created_at: createdAt };
const key = {
  id: "4fT0c9QmZk2B",
  project: "bots",
  name: "support bot",
  scopes: ["memories:read", "memories:write"],
  namespaces: ["support:*"],
  created_at: createdAt,
  expires_at: "2026-05-01T12:00:00.000Z",
  revoked_at: null,
  last_used_at: null,
  rotated_from: null,
};
const quotas = {
  project: "bots",
  month: "2026-01",
  saves_per_month: { max: 10_000, used: 120 },
  queries_per_month: { max: null, used: 950 },
  embedded_tokens_per_month: { max: null, used: 20_400 },
  stored_bytes: { max: 50_000_000, used: 912_345 },
};
const secret = "psto_live_4fT0c9QmZk2B_...";
const inProject = { project: "bots" };
const ofKey = { ...inProject, id: key.id };

/** What is done when something was deleted. */
const deletedAnswer = z.strictObject({ status: z.literal("deleted") });

const { project: _ofKey, ...newKeyFields } = createKeySchema.shape;
const { project: _ofProject, ...projectFields } = updateProjectSchema.shape;
const { project: _ofQuotas, ...quotaFields } = setQuotasSchema.shape;
const { graceSeconds } = rotateKeySchema.shape;

/** The routes of `Administration`. */
export const administrationOperations = {
  createOrganisation: {
    ...administrationRoutes.createOrganisation,
    tag: organisationsTag,
    summary: "Make an organisation",
    scope: "operator",
    body: createOrganisationSchema,
    answer: organisationAnswerSchema,
    errors: ["conflict"],
    example: { body: { id: "acme", name: "Acme" }, answer: organisation },
  },
  listOrganisations: {
    ...administrationRoutes.listOrganisations,
    tag: organisationsTag,
    summary: "List all organisations",
    scope: "operator",
    answer: z.strictObject({ organisations: z.array(organisationAnswerSchema) }),
    errors: [],
    example: { answer: { organisations: [organisation] } },
  },
  deleteOrganisation: {
    ...administrationRoutes.deleteOrganisation,
    tag: organisationsTag,
    summary: "Delete an organisation that has no projects",
    scope: "operator",
    parameters: organisationSchema,
    answer: deletedAnswer,
    errors: ["not_found", "conflict"],
    example: { parameters: { organisation: "acme" }, answer: { status: "deleted" } },
  },
  createProject: {
    ...administrationRoutes.createProject,
    tag: organisationsTag,
    summary: "Make a project",
    scope: "operator",
    body: createProjectSchema,
    answer: projectAnswerSchema,
    errors: ["not_found", "conflict"],
    example: { body: { organisation: "acme", id: "bots", name: "Bots" }, answer: project },
  },
  listProjects: {
    ...administrationRoutes.listProjects,
    tag: organisationsTag,
    summary: "List projects, of one organisation or of all",
    scope: "operator",
    parameters: listProjectsSchema,
    answer: z.strictObject({ projects: z.array(projectAnswerSchema) }),
    errors: [],
    example: { parameters: { organisation: "acme" }, answer: { projects: [project] } },
  },
  getProject: {
    ...administrationRoutes.getProject,
    tag: organisationsTag,
    summary: "Show a project",
    scope: "project:admin",
    parameters: projectSchema,
    answer: projectAnswerSchema,
    errors: ["not_found"],
    example: { parameters: inProject, answer: project },
  },
  updateProject: {
    ...administrationRoutes.updateProject,
    tag: organisationsTag,
    summary: "Rename a project",
    scope: "project:admin",
    parameters: projectSchema,
    body: z.strictObject(projectFields),
    answer: projectAnswerSchema,
    errors: ["not_found"],
    example: { parameters: inProject, body: { name: "Bots" }, answer: project },
  },
  deleteProject: {
    ...administrationRoutes.deleteProject,
    tag: organisationsTag,
    summary: "Delete a project with all its memories and keys",
    scope: "operator",
    parameters: projectSchema,
    answer: deletedAnswer,
    errors: ["not_found"],
    example: { parameters: inProject, answer: { status: "deleted" } },
  },
  getQuotas: {
    ...administrationRoutes.getQuotas,
    tag: usageTag,
    summary: "Show the limits of a project, and what counts against them",
    scope: "usage:read",
    parameters: projectSchema,
    answer: quotasSchema,
    errors: ["not_found"],
    example: { parameters: inProject, answer: quotas },
  },
  setQuotas: {
    ...administrationRoutes.setQuotas,
    tag: usageTag,
    summary: "Set all limits of a project",
    description:
      "What is left out or null has no limit. A limit holds exactly, however many requests come at once; what is above one already stays.",
    scope: "operator",
    parameters: projectSchema,
    body: z.strictObject(quotaFields),
    answer: quotasSchema,
    errors: ["not_found"],
    example: { parameters: inProject, body: { saves_per_month: 10_000, stored_bytes: 50_000_000 }, answer: quotas },
  },
  createKey: {
    ...administrationRoutes.createKey,
    tag: keysTag,
    summary: "Make an API key",
    description: "The answer is the only place where the key is shown. Nobody can give rights that they do not have.",
    scope: "keys:admin",
    parameters: projectSchema,
    body: z.strictObject(newKeyFields),
    answer: createdApiKeySchema,
    errors: ["not_found"],
    example: {
      parameters: inProject,
      body: { name: "support bot", scopes: ["memories:read", "memories:write"], namespaces: ["support:*"] },
      answer: { ...key, key: secret },
    },
  },
  listKeys: {
    ...administrationRoutes.listKeys,
    tag: keysTag,
    summary: "List the keys of a project, newest first",
    scope: "keys:admin",
    parameters: projectSchema,
    answer: z.strictObject({ keys: z.array(apiKeySchema) }),
    errors: ["not_found"],
    example: { parameters: inProject, answer: { keys: [key] } },
  },
  revokeKey: {
    ...administrationRoutes.revokeKey,
    tag: keysTag,
    summary: "End a key, and the tokens it has made",
    scope: "keys:admin",
    parameters: keySchema,
    answer: apiKeySchema,
    errors: ["not_found"],
    example: { parameters: ofKey, answer: { ...key, revoked_at: createdAt } },
  },
  rotateKey: {
    ...administrationRoutes.rotateKey,
    tag: keysTag,
    summary: "Make a key with the same rights; the old one ends after a grace",
    scope: "keys:admin",
    parameters: keySchema,
    body: z.strictObject({ graceSeconds }),
    answer: createdApiKeySchema,
    errors: ["not_found", "conflict"],
    example: {
      parameters: ofKey,
      body: { grace_seconds: 86_400 },
      answer: { ...key, id: "9aB1x7LrWq3C", rotated_from: key.id, key: "psto_live_9aB1x7LrWq3C_..." },
    },
  },
  createToken: {
    ...administrationRoutes.createToken,
    tag: keysTag,
    summary: "Make a token for a browser or an end user",
    description: "It has rights of the key that makes it, and no others; it ends with its time or with that key.",
    scope: "any API key",
    body: createTokenSchema,
    answer: createdTokenSchema,
    errors: [],
    example: {
      body: { scopes: ["memories:read"], namespaces: ["support:*"], filters: { user: "ann" }, ttl_seconds: 900 },
      answer: { token: "psto_tok_...", expires_at: "2026-01-31T12:15:00.000Z" },
    },
  },
  getUsage: {
    ...administrationRoutes.getUsage,
    tag: usageTag,
    summary: "Report what a project has used",
    description:
      "By day or month in UTC, from a ledger that is written in the transaction of each write and each query. A key may leave its project out.",
    scope: "usage:read",
    parameters: usageSchema,
    answer: usageReportSchema,
    errors: ["not_found"],
    example: {
      parameters: { project: "bots", from: "2026-01-01", to: "2026-01-31" },
      answer: {
        project: "bots",
        from: "2026-01-01",
        to: "2026-01-31",
        by: "day",
        usage: [
          { period: "2026-01-31", saves: 120, queries: 950, embedded_tokens: 20_400, stored_bytes_change: 81_234 },
        ],
        stored_bytes: 912_345,
      },
    },
  },
  listAudit: {
    ...administrationRoutes.listAudit,
    tag: auditTag,
    summary: "Page through what was done, newest first",
    description: "An operator sees all; a key names its project.",
    scope: "project:admin",
    parameters: listAuditSchema,
    answer: auditPageSchema,
    errors: ["not_found"],
    example: {
      parameters: { project: "bots", limit: 100 },
      answer: {
        entries: [
          {
            organisation: "acme",
            seq: 3,
            project: "bots",
            at: createdAt,
            actor: { kind: "key", id: key.id },
            action: "memories.delete",
            target: "namespace:6ad1f0b4d9c8a7e25f3b1c0d9e8f7a6b",
            request_id: "0b6a3a0e-8d0c-4a55-9a0e-2f4b5a1c7d3e",
            details: { count: 2 },
            hash: "5f".repeat(32),
          },
        ],
        next_cursor: null,
      },
    },
  },
  verifyAudit: {
    ...administrationRoutes.verifyAudit,
    tag: auditTag,
    summary: "Compute every hash of an organisation's log again",
    scope: "operator",
    parameters: organisationSchema,
    answer: auditVerdictSchema,
    errors: [],
    example: {
      parameters: { organisation: "acme" },
      answer: { organisation: "acme", entries: 3, broken_at: null, last_hash: "5f".repeat(32) },
    },
  },
} as const satisfies Record<keyof typeof administrationRoutes, Operation>;
