import { z } from "zod";
import { errorCodes, type ErrorCode } from "../errors.js";
import { filtersSchema } from "./filters-schema.js";
import {
  configureNamespaceSchema,
  idSchema,
  metadataSchema,
  namespaceSchema,
  retrievalSchema,
  timeSchema,
} from "./schemas.js";

// What a Memory answers, in the names of the TypeScript interface as the schemas of its input are. The interfaces in
// types.ts carry the docs and keep the main entry free of zod; schema-types.test.ts proves that both are the same.

const countSchema = z.int().min(0);

const rankSchema = z.int().min(1).nullable();

const millisecondsSchema = z.number().min(0);

const contentSchema = z.string().min(1);

export const storedPassageSchema = z.strictObject({ content: contentSchema, embedding: z.array(z.number()) });

export const memoryRecordSchema = z.strictObject({
  id: idSchema,
  namespace: namespaceSchema,
  content: contentSchema,
  metadata: metadataSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  passages: z.array(storedPassageSchema).optional(),
});

export const savedMemorySchema = z.strictObject({ id: idSchema, chunks: z.int().min(1) });

export const saveResultSchema = savedMemorySchema.extend({ expiresAt: timeSchema.nullable() });

export const hitExplanationSchema = z.strictObject({
  vectorRank: rankSchema,
  textRank: rankSchema,
  textScore: z.number(),
  parts: z.strictObject({ vector: z.number(), text: z.number(), neighbours: z.number(), recency: z.number() }),
  relevance: z.number().min(0).max(1),
  rerankScore: z.number().nullable(),
});

export const hitSchema = z.strictObject({
  id: idSchema,
  namespace: namespaceSchema,
  content: contentSchema,
  metadata: metadataSchema,
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  similarity: z.number().min(-1).max(1).nullable(),
  score: z.number().min(0).max(1),
  chunk: z.strictObject({ index: countSchema, count: z.int().min(1) }),
  explanation: hitExplanationSchema.optional(),
});

const accessSchema = z.enum(["exact", "index"]).nullable();

export const queryExplanationSchema = z.strictObject({
  mode: z.string(),
  retrieval: retrievalSchema,
  excluded: z.string().nullable(),
  passages: countSchema,
  selectivity: z.number().min(0).max(1).nullable(),
  plan: z.strictObject({ vector: accessSchema, text: accessSchema }),
  unindexed: countSchema.nullable(),
  candidates: z.strictObject({ vector: countSchema, text: countSchema, all: countSchema }),
  durationsMs: z.strictObject({
    embed: millisecondsSchema,
    plan: millisecondsSchema,
    search: millisecondsSchema,
    rank: millisecondsSchema,
    rerank: millisecondsSchema,
    total: millisecondsSchema,
  }),
});

export const queryResultSchema = z.strictObject({
  results: z.array(hitSchema),
  dropped: countSchema,
  explanation: queryExplanationSchema.optional(),
});

export const memoryPageSchema = z.strictObject({
  memories: z.array(memoryRecordSchema),
  nextCursor: z.string().nullable(),
  total: countSchema.optional(),
});

export const deleteResultSchema = z.strictObject({ count: countSchema });

export const namespaceSummarySchema = z.strictObject({ namespace: namespaceSchema, count: countSchema });

/** Settings are answered as they are given. */
export const namespaceSettingsSchema = configureNamespaceSchema;

export const queryLogEntrySchema = z.strictObject({
  namespace: namespaceSchema,
  queryText: z.string(),
  filters: filtersSchema,
  topK: z.int().min(1),
  mode: z.string(),
  count: countSchema,
  durationMs: millisecondsSchema,
  timestamp: timeSchema,
});

export const queryLogPageSchema = z.strictObject({
  queries: z.array(queryLogEntrySchema),
  nextCursor: z.string().nullable(),
});

export const fieldIssueSchema = z.strictObject({ field: z.string(), message: z.string() });

/** An error on the wire, in wire names: RFC 9457 problem details with Persisto's extension members. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  request_id: z.string(),
  errors: z.array(fieldIssueSchema).optional(),
  resource: z.string().optional(),
  quota: z.string().optional(),
  retry_after: z.number().optional(),
  outcome_unknown: z.boolean().optional(),
});
