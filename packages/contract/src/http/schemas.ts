import { z } from "zod";
import type { Filters } from "../filter.js";
import type { JsonScalar, JsonValue, Metadata } from "../json.js";
import { limits } from "../limits.js";

// The schemas are of the TypeScript interface; the wire is the same with snake_case keys (wire.ts).
// Every issue with `params: { tooLarge: true }` becomes code too_large (413), all others unprocessable (422).

const encoder = new TextEncoder();

function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}

/** Text of at most `bytes` UTF-8 bytes; more is too_large. */
function text(bytes: number) {
  return z.string().superRefine((value, context) => {
    // A code unit is at most 3 bytes of UTF-8, so short texts need no encoding.
    if (value.length * 3 <= bytes) return;
    const size = utf8Bytes(value);
    if (size <= bytes) return;
    context.addIssue({
      code: "custom",
      message: `is ${size} bytes; at most ${bytes} are allowed`,
      params: { tooLarge: true },
    });
  });
}

function isBlank(value: string): boolean {
  return value.trim() === "";
}

/** A name users choose: 1 to `bytes` UTF-8 bytes, no control characters. */
function name(bytes: number) {
  return z
    .string()
    .min(1, "must not be empty")
    .refine((value) => utf8Bytes(value) <= bytes, `must be at most ${bytes} bytes`)
    .refine((value) => !/\p{Cc}/u.test(value), "must not contain control characters");
}

/** Where records live inside a project. */
const namespaceSchema = name(limits.namespaceBytes);

/** A project's id. */
export const projectIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, "a project id is 1 to 64 letters, digits, _, - or .");

/** A record's id. `.` and `..` cannot be addressed by a URL. */
const idSchema = name(limits.idBytes).refine((id) => id !== "." && id !== "..", "must not be . or ..");

const contentSchema = text(limits.contentBytes).refine((value) => !isBlank(value), "must not be empty");

function jsonDepth(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let deepest = 0;
  for (const item of Object.values(value)) deepest = Math.max(deepest, jsonDepth(item));
  return 1 + deepest;
}

function checkJsonSize(value: object, context: z.RefinementCtx): void {
  const size = utf8Bytes(JSON.stringify(value));
  if (size <= limits.metadataBytes) return;
  context.addIssue({
    code: "custom",
    message: `is ${size} bytes of JSON; at most ${limits.metadataBytes} are allowed`,
    params: { tooLarge: true },
  });
}

/** Metadata: a JSON object of bounded size, depth and number of keys. */
export const metadataSchema: z.ZodType<Metadata, Metadata> = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    const keys = Object.keys(value).length;
    if (keys > limits.metadataKeys) {
      context.addIssue({ code: "custom", message: `has ${keys} keys; at most ${limits.metadataKeys} are allowed` });
    }
    if (jsonDepth(value) > limits.jsonDepth) {
      context.addIssue({ code: "custom", message: `is nested deeper than ${limits.jsonDepth} levels` });
    }
    checkJsonSize(value, context);
  }) as unknown as z.ZodType<Record<string, JsonValue>, Record<string, JsonValue>>;

const scalarSchema: z.ZodType<JsonScalar, JsonScalar> = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: "must be a string, number, boolean or null",
});

/** Equality conditions on metadata. */
export const filtersSchema: z.ZodType<Filters, Filters> = z
  .record(z.string(), scalarSchema)
  .refine((value) => Object.keys(value).length <= limits.filterKeys, `has more than ${limits.filterKeys} keys`)
  .superRefine((value, context) => checkJsonSize(value, context));

const ttlSecondsSchema = z
  .number()
  .int("must be a whole number of seconds")
  .min(1, "must be at least 1")
  .max(limits.ttlSeconds, `must be at most ${limits.ttlSeconds} (ten years)`)
  .nullable();

const kSchema = z
  .number()
  .int("must be a whole number")
  .min(1, "must be at least 1")
  .max(limits.k, `must be at most ${limits.k}`);

const limitSchema = z
  .number()
  .int("must be a whole number")
  .min(1, "must be at least 1")
  .max(limits.pageSize, `must be at most ${limits.pageSize}`);

const cursorSchema = z.string().min(1, "must not be empty").max(512, "is not a cursor");

/** A time as users write it, given as Postgres reads it: UTC, with milliseconds. */
const dateSchema = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: "must be an ISO 8601 date or time, such as 2026-01-31 or 2026-01-31T12:00:00Z",
  })
  .transform((date, context) => {
    const time = new Date(date);
    // Postgres knows no year 0, and an offset may lead into it or out of what four digits can say.
    const year = Number.isNaN(time.getTime()) ? 0 : time.getUTCFullYear();
    if (year >= 1 && year <= 9999) return time.toISOString();
    context.addIssue({ code: "custom", message: "must be a date of the years 1 to 9999" });
    return z.NEVER;
  });

const retrievalProfileSchema = z.strictObject({
  name: name(64).optional(),
  k: kSchema.optional(),
  vectorWeight: z.number().min(0).max(1).optional(),
  minSimilarity: z.number().min(-1).max(1).optional(),
  recency: z
    .strictObject({
      weight: z.number().min(0).max(1),
      halfLifeDays: z.number().positive().max(36_500),
    })
    .optional(),
});

/** The names of the built-in profiles, or a profile as data. */
const modeSchema = z.union([z.enum(["strict", "fuzzy", "recency"]), retrievalProfileSchema], {
  error: "must be strict, fuzzy, recency or a profile object",
});

export const saveSchema = z.strictObject({
  namespace: namespaceSchema,
  content: contentSchema,
  metadata: metadataSchema.optional(),
  ttlSeconds: ttlSecondsSchema.optional(),
  id: idSchema.optional(),
});

export const saveManySchema = z.strictObject({
  memories: z.array(saveSchema).max(limits.batch, `must hold at most ${limits.batch} memories`),
});

export const querySchema = z.strictObject({
  namespace: namespaceSchema,
  query: text(limits.queryBytes).refine((value) => !isBlank(value), "must not be empty"),
  filters: filtersSchema.optional(),
  mode: modeSchema.optional(),
  k: kSchema.optional(),
});

export const recordKeySchema = z.strictObject({ id: idSchema, namespace: namespaceSchema.optional() });

export const listSchema = z.strictObject({
  namespace: namespaceSchema.optional(),
  filters: filtersSchema.optional(),
  limit: limitSchema.optional(),
  cursor: cursorSchema.optional(),
  withTotal: z.boolean().optional(),
});

export const updateSchema = recordKeySchema
  .extend({
    content: contentSchema.optional(),
    metadata: metadataSchema.optional(),
    ttlSeconds: ttlSecondsSchema.optional(),
  })
  .refine(
    ({ content, metadata, ttlSeconds }) => content !== undefined || metadata !== undefined || ttlSeconds !== undefined,
    "nothing to change: give content, metadata or ttlSeconds",
  );

export const deleteSchema = z
  .strictObject({
    namespace: namespaceSchema,
    ids: z.array(idSchema).max(limits.batch, `must hold at most ${limits.batch} ids`).optional(),
    content: contentSchema.optional(),
    filters: filtersSchema.optional(),
  })
  .refine(
    ({ ids, content, filters }) =>
      ids !== undefined || content !== undefined || (filters !== undefined && Object.keys(filters).length > 0),
    "nothing to delete by: give ids, content or a filter (deleteNamespace empties a namespace)",
  );

export const deleteNamespaceSchema = z.strictObject({ namespace: namespaceSchema });

export const listQueriesSchema = z.strictObject({
  namespace: namespaceSchema.optional(),
  startDate: dateSchema.optional(),
  endDate: dateSchema.optional(),
  limit: limitSchema.optional(),
  cursor: cursorSchema.optional(),
});
