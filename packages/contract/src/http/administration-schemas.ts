import { z } from "zod";
import { keyScopes, tokenScopes } from "../access.js";
import { filtersSchema } from "./filters-schema.js";
import { cursorSchema, limitSchema, name, namespaceSchema, projectIdSchema } from "./schemas.js";

/** An organisation's id, under the rules of a project's. */
export const organisationIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, "an organisation id is 1 to 64 letters, digits, _, - or .");

const labelSchema = name(256);

/** A namespace in which `*` stands for any text. */
const globsSchema = z
  .array(namespaceSchema)
  .min(1, "must name at least one namespace; * is all of them")
  .max(64, "must hold at most 64 globs");

const scopesSchema = z
  .array(z.enum(keyScopes, { error: `must be one of ${keyScopes.join(", ")}` }))
  .min(1, "must hold at least one scope");

const tokenScopesSchema = z
  .array(z.enum(tokenScopes, { error: `must be one of ${tokenScopes.join(", ")}` }))
  .min(1, "must hold at least one scope");

/** Ten years. */
const longestKeySeconds = 10 * 365 * 86_400;
const longestGraceSeconds = 7 * 86_400;
const longestTokenSeconds = 3_600;

function seconds(least: number, most: number) {
  return z
    .number()
    .int("must be a whole number of seconds")
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);
}

export const createOrganisationSchema = z.strictObject({ id: organisationIdSchema, name: labelSchema.optional() });

export const organisationSchema = z.strictObject({ organisation: organisationIdSchema });

export const createProjectSchema = z.strictObject({
  organisation: organisationIdSchema,
  id: projectIdSchema,
  name: labelSchema.optional(),
  environment: z.enum(["live", "test"], { error: "must be live or test" }).optional(),
});

export const listProjectsSchema = z.strictObject({ organisation: organisationIdSchema.optional() });

export const projectSchema = z.strictObject({ project: projectIdSchema });

export const updateProjectSchema = z.strictObject({ project: projectIdSchema, name: labelSchema });

export const createKeySchema = z.strictObject({
  project: projectIdSchema,
  name: labelSchema,
  scopes: scopesSchema.optional(),
  namespaces: globsSchema.optional(),
  ttlSeconds: seconds(1, longestKeySeconds).nullable().optional(),
});

export const keyIdSchema = z
  .string()
  .regex(/^[0-9A-Za-z]{12}$/, "is the id of a key: 12 letters and digits, not the key itself");

export const keySchema = z.strictObject({ project: projectIdSchema, id: keyIdSchema });

export const rotateKeySchema = keySchema.extend({ graceSeconds: seconds(0, longestGraceSeconds).optional() });

export const createTokenSchema = z.strictObject({
  scopes: tokenScopesSchema.optional(),
  namespaces: globsSchema,
  filters: filtersSchema.optional(),
  ttlSeconds: seconds(1, longestTokenSeconds).optional(),
});

export const listAuditSchema = z.strictObject({
  organisation: organisationIdSchema.optional(),
  project: projectIdSchema.optional(),
  limit: limitSchema.optional(),
  cursor: cursorSchema.optional(),
});

const quotaSchema = z.int("must be a whole number").min(0, "must be at least 0").nullable().optional();

export const setQuotasSchema = projectSchema.extend({
  savesPerMonth: quotaSchema,
  queriesPerMonth: quotaSchema,
  embeddedTokensPerMonth: quotaSchema,
  storedBytes: quotaSchema,
});

const daySchema = z.iso.date("must be a day, e.g. 2026-01-31");

export const usageSchema = z.strictObject({
  project: projectIdSchema.optional(),
  from: daySchema.optional(),
  to: daySchema.optional(),
  by: z.enum(["day", "month"], { error: "must be day or month" }).optional(),
  key: name(64).optional(),
  perKey: z.boolean("must be true or false").optional(),
});
