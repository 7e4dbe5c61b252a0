import { z } from "zod";
import {
  configureNamespaceSchema,
  deleteSchema,
  querySchema,
  modeNameSchema,
  retrievalProfileSchema,
  updateSchema,
} from "./schemas.js";

// Where a body on the wire is another than the input of the verb: made of the same fields, so that no rule is said twice.

const { mode: _mode, ...queryFields } = querySchema.shape;

/** A query: the name of a profile is its `mode`, a profile as data its `profile`. */
export const queryBodySchema = z
  .strictObject({ ...queryFields, mode: modeNameSchema.optional(), profile: retrievalProfileSchema.optional() })
  .meta({
    anyOf: [{ required: ["query"] }, { required: ["embedding"] }],
    not: { required: ["mode", "profile"] },
  });

const { filters, ...deleteFields } = deleteSchema.shape;

/** A delete: its filters are called `metadata`. */
export const deleteBodySchema = z
  .strictObject({ ...deleteFields, metadata: filters })
  .meta({ anyOf: [{ required: ["ids"] }, { required: ["content"] }, { required: ["metadata"] }] });

const { id: _id, namespace: _namespace, ...updateFields } = updateSchema.shape;

/** A change; which memory it is for stands in path and query string. */
export const updateBodySchema = z.strictObject(updateFields).meta({ minProperties: 1 });

/** Settings; which namespace they are for stands in the query string. */
export const namespaceSettingsBodySchema = z.strictObject({ language: configureNamespaceSchema.shape.language });

/** Which namespace. */
export const namespaceParameters = z.strictObject({ namespace: configureNamespaceSchema.shape.namespace });

export const listNamespacesParameters = z.strictObject({ counts: z.boolean().optional() });
