import { z } from "zod";
import type { JsonValue, Metadata } from "../json.js";
import { languages } from "../language.js";
import { limits } from "../limits.js";
import { filtersSchema, hasTest } from "./filters-schema.js";
import { refuseLargeJson } from "./refuse-large-json.js";
import { utf8Bytes } from "./utf8-bytes.js";

// The schemas are of the TypeScript interface; the wire is the same with snake_case keys (wire.ts).
// Every issue with `params: { tooLarge: true }` becomes code too_large (413), all others unprocessable (422).
// `meta` says in JSON Schema what a refinement checks, as far as that can say it, for the OpenAPI document.

/** Text of at most `bytes` UTF-8 bytes; more is too_large. */
function text(bytes: number) {
  return z
    .string()
    .superRefine((value, context) => {
      // A code unit is at most 3 bytes of UTF-8, so short texts need no encoding.
      if (value.length * 3 <= bytes) return;
      const size = utf8Bytes(value);
      if (size <= bytes) return;
      context.addIssue({
        code: "custom",
        message: `is ${size} bytes; at most ${bytes} are allowed`,
        params: { tooLarge: true },
      });
    })
    .meta({ maxLength: bytes });
}

/** Text of at most `bytes` UTF-8 bytes with more than white space in it. */
function filledText(bytes: number) {
  return text(bytes)
    .refine((value) => value.trim() !== "", "must not be empty")
    .meta({ pattern: "\\S" });
}

/** A name users choose: 1 to `bytes` UTF-8 bytes, no control characters. */
export function name(bytes: number) {
  return z
    .string()
    .min(1, "must not be empty")
    .refine((value) => utf8Bytes(value) <= bytes, `must be at most ${bytes} bytes`)
    .refine((value) => !/\p{Cc}/u.test(value), "must not contain control characters")
    .meta({ maxLength: bytes, pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]*$" });
}

/** Where records live inside a project. */
export const namespaceSchema = name(limits.namespaceBytes);

/** A project's id. */
export const projectIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, "a project id is 1 to 64 letters, digits, _, - or .");

/** A record's id. `.` and `..` cannot be addressed by a URL. */
export const idSchema = name(limits.idBytes)
  .refine((id) => id !== "." && id !== "..", "must not be . or ..")
  .meta({ not: { enum: [".", ".."] } });

/** The text of a memory. */
export const contentSchema = filledText(limits.contentBytes);

function jsonDepth(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let deepest = 0;
  for (const item of Object.values(value)) deepest = Math.max(deepest, jsonDepth(item));
  return 1 + deepest;
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
    refuseLargeJson(value, context);
  })
  .meta({ maxProperties: limits.metadataKeys }) as unknown as z.ZodType<
  Record<string, JsonValue>,
  Record<string, JsonValue>
>;

export const ttlSecondsSchema = z
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

export const limitSchema = z
  .number()
  .int("must be a whole number")
  .min(1, "must be at least 1")
  .max(limits.pageSize, `must be at most ${limits.pageSize}`);

export const cursorSchema = z.string().min(1, "must not be empty").max(512, "is not a cursor");

/** A time as users write it, given as Postgres reads it: UTC, with milliseconds. */
export const dateSchema = z
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

/** ISO 8601 in UTC with milliseconds, as answers have it. */
export const timeSchema = z.iso.datetime({ precision: 3 });

export const retrievalSchema = z.enum(["hybrid", "vector", "text"], { error: "must be hybrid, vector or text" });

const groupBySchema = z.enum(["memory", "passage"], { error: "must be memory or passage" });

/** A vector of the user's; the engine knows how long it must be. */
export const embeddingSchema = z
  .array(z.number())
  .min(1, "must not be empty")
  .max(limits.dimensions, `must have at most ${limits.dimensions} numbers`)
  .refine((values) => values.some((value) => value !== 0), "must not be all zeros: it would have no direction");

export const retrievalProfileSchema = z.strictObject({
  name: name(64).optional().describe("What the query history calls the profile."),
  k: kSchema.optional().describe("Results wanted. Default 10."),
  vectorWeight: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Share of the ranking that meaning decides in hybrid retrieval; words decide the rest. Default 0.6."),
  minRelevance: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Relevance below which a passage is dropped; means the same with every embedder. Default 0.25."),
  minSimilarity: z
    .number()
    .min(-1)
    .max(1)
    .optional()
    .describe("Cosine similarity below which a passage without a word of the query is dropped. Default -1."),
  recency: z
    .strictObject({
      weight: z.number().min(0).max(1).describe("Share of the score that age decides."),
      halfLifeDays: z
        .number()
        .positive()
        .max(36_500)
        .describe("Age at which the recency part of the score has fallen to one half, in days."),
    })
    .optional()
    .describe("How newer memories are preferred. Default: age does not matter."),
  retrieval: retrievalSchema
    .optional()
    .describe("What finds passages: meaning and words, meaning alone or words alone. Default hybrid."),
  diversity: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("How much a hit must differ from those before it. Default 0: not at all."),
  groupBy: groupBySchema
    .optional()
    .describe("Whether every passage is a hit of its own, or only the best of each memory. Default passage."),
});

/** The name of a profile, built in or the store's own, which the engine knows. */
export const modeNameSchema = name(64);

/** The name of a profile, or a profile as data. */
const modeSchema = z.union([modeNameSchema, retrievalProfileSchema], {
  error: "must be the name of a profile, such as strict, fuzzy or recency, or a profile object",
});

export const querySchema = z
  .strictObject({
    namespace: namespaceSchema,
    query: filledText(limits.queryBytes).optional(),
    embedding: embeddingSchema.optional(),
    filters: filtersSchema.optional(),
    mode: modeSchema.optional(),
    k: kSchema.optional(),
    retrieval: retrievalSchema.optional(),
    groupBy: groupBySchema.optional(),
    rerank: z.boolean().optional(),
    explain: z.boolean().optional(),
  })
  .superRefine(({ query, embedding }, context) => {
    if (query !== undefined || embedding !== undefined) return;
    context.addIssue({ code: "custom", path: ["query"], message: "is required unless an embedding is given" });
  });

export const recordKeySchema = z.strictObject({ id: idSchema, namespace: namespaceSchema.optional() });

export const listSchema = z.strictObject({
  namespace: namespaceSchema.optional(),
  filters: filtersSchema.optional(),
  order: z.enum(["newest", "oldest"], { error: "must be newest or oldest" }).optional(),
  limit: limitSchema.optional(),
  cursor: cursorSchema.optional(),
  withTotal: z.boolean().optional(),
  withPassages: z.boolean().optional(),
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
      ids !== undefined || content !== undefined || (filters !== undefined && hasTest(filters)),
    "nothing to delete by: give ids, content or a filter that tests something (deleteNamespace empties a namespace)",
  );

const languageSchema = z.enum(languages, { error: `must be one of ${languages.join(", ")}` });

export const configureNamespaceSchema = z.strictObject({
  namespace: namespaceSchema,
  language: languageSchema,
});

export const deleteNamespaceSchema = z.strictObject({ namespace: namespaceSchema });

export const listQueriesSchema = z.strictObject({
  namespace: namespaceSchema.optional(),
  startDate: dateSchema.optional(),
  endDate: dateSchema.optional(),
  limit: limitSchema.optional(),
  cursor: cursorSchema.optional(),
});
