import { z } from "zod";
import { keyScopes } from "../access.js";
import { name, namespaceSchema, projectIdSchema, timeSchema } from "./schemas.js";
import { keyIdSchema, organisationIdSchema } from "./administration-schemas.js";

// What Administration answers, as response-schemas.ts has it of a Memory.

const labelSchema = name(256);

export const organisationAnswerSchema = z.strictObject({
  id: organisationIdSchema,
  name: labelSchema,
  createdAt: timeSchema,
});

export const projectAnswerSchema = z.strictObject({
  id: projectIdSchema,
  organisation: organisationIdSchema,
  name: z.string(),
  environment: z.enum(["live", "test"]),
  createdAt: timeSchema,
});

export const apiKeySchema = z.strictObject({
  id: keyIdSchema,
  project: projectIdSchema,
  name: labelSchema,
  scopes: z.array(z.enum(keyScopes)),
  namespaces: z.array(namespaceSchema),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
  rotatedFrom: keyIdSchema.nullable(),
});

export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() });

export const createdTokenSchema = z.strictObject({ token: z.string(), expiresAt: timeSchema });

export const auditEntrySchema = z.strictObject({
  organisation: organisationIdSchema,
  seq: z.int().min(1),
  project: z.string(),
  at: timeSchema,
  actor: z.strictObject({ kind: z.enum(["key", "token", "operator"]), id: z.string() }),
  action: z.string(),
  target: z.string(),
  requestId: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export const auditPageSchema = z.strictObject({
  entries: z.array(auditEntrySchema),
  nextCursor: z.string().nullable(),
});

export const auditVerdictSchema = z.strictObject({
  organisation: organisationIdSchema,
  entries: z.int().min(0),
  brokenAt: z.int().min(1).nullable(),
  lastHash: z.string().nullable(),
});

const quotaSchema = z.strictObject({ max: z.int().min(0).nullable(), used: z.int().min(0) });

export const quotasSchema = z.strictObject({
  project: projectIdSchema,
  month: z.string().regex(/^\d{4}-\d{2}$/),
  savesPerMonth: quotaSchema,
  queriesPerMonth: quotaSchema,
  embeddedTokensPerMonth: quotaSchema,
  storedBytes: quotaSchema,
});

export const usageReportSchema = z.strictObject({
  project: projectIdSchema,
  from: z.iso.date(),
  to: z.iso.date(),
  by: z.enum(["day", "month"]),
  usage: z.array(
    z.strictObject({
      period: z.string().regex(/^\d{4}-\d{2}(-\d{2})?$/),
      key: z.string().optional(),
      saves: z.int().min(0),
      queries: z.int().min(0),
      embeddedTokens: z.int().min(0),
      storedBytesChange: z.int(),
    }),
  ),
  storedBytes: z.int().min(0),
});
