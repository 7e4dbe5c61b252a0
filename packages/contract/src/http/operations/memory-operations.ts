import { z } from "zod";
import { routes } from "../../routes.js";
import { deleteBodySchema, queryBodySchema, updateBodySchema } from "../request-schemas.js";
import {
  deleteResultSchema,
  memoryPageSchema,
  memoryRecordSchema,
  queryResultSchema,
  savedMemorySchema,
  saveResultSchema,
} from "../response-schemas.js";
import { saveManySchema, saveSchema } from "../save-schemas.js";
import { listSchema, recordKeySchema } from "../schemas.js";
import type { Operation } from "./operation.js";

const tag = "Memories";
const id = "01985f3e-7b7a-7c3e-9d0a-3f0e4a1c2b5d";
const namespace = "demo-agent";
const content = "The user prefers concise summaries.";
const metadata = { source: "profile" };
const created_at = "2026-01-31T12:00:00.000Z";
const record = { id, namespace, content, metadata, created_at, updated_at: created_at, expires_at: null };

/** What every deletion is answered with. */
export const deletedSchema = z.strictObject({ status: z.literal("deleted"), ...deleteResultSchema.shape });

/** The routes of memories. */
export const memoryOperations = {
  save: {
    ...routes.save,
    takesIdempotencyKey: true,
    tag,
    summary: "Save a memory",
    description: "Saving an id again replaces that memory. A long content is split into passages.",
    scope: "memories:write",
    body: saveSchema,
    answer: z.strictObject({ status: z.literal("saved"), ...saveResultSchema.shape }),
    errors: ["conflict", "quota_exceeded", "embedder_failed"],
    example: {
      body: { namespace, content, metadata, ttl_seconds: 2_592_000 },
      answer: { status: "saved", id, chunks: 1, expires_at: "2026-03-02T12:00:00.000Z" },
    },
  },
  saveMany: {
    ...routes.saveMany,
    takesIdempotencyKey: true,
    tag,
    summary: "Save many memories",
    description: "All of them or none. The answer has them in the order they came in.",
    scope: "memories:write",
    body: saveManySchema,
    answer: z.strictObject({ status: z.literal("saved"), results: z.array(savedMemorySchema) }),
    errors: ["conflict", "quota_exceeded", "embedder_failed"],
    example: {
      body: { memories: [{ namespace, content, metadata }] },
      answer: { status: "saved", results: [{ id, chunks: 1 }] },
    },
  },
  query: {
    ...routes.query,
    tag,
    summary: "Find what answers a query",
    description: "`query` or `embedding` or both; `mode` names a profile of retrieval, `profile` is one of your own.",
    scope: "memories:read",
    body: queryBodySchema,
    answer: queryResultSchema,
    errors: ["not_found", "quota_exceeded", "embedder_failed", "reranker_failed"],
    example: {
      body: { namespace, query: "How long should answers be?", filters: metadata, mode: "strict", k: 5 },
      answer: {
        results: [
          {
            id,
            namespace,
            content,
            metadata,
            created_at,
            expires_at: null,
            similarity: 0.52,
            score: 0.71,
            chunk: { index: 0, count: 1 },
          },
        ],
        dropped: 3,
      },
    },
  },
  delete: {
    ...routes.delete,
    takesIdempotencyKey: true,
    tag,
    summary: "Delete memories by ids, content or metadata",
    description: "Every condition given must hold, and one must be given. 404 when no memory meets them.",
    scope: "memories:delete",
    body: deleteBodySchema,
    answer: deletedSchema,
    errors: ["not_found"],
    example: { body: { namespace, metadata }, answer: { status: "deleted", count: 2 } },
  },
  list: {
    ...routes.list,
    tag,
    summary: "Page through the memories, newest first",
    scope: "memories:read",
    parameters: listSchema,
    answer: memoryPageSchema,
    errors: ["not_found"],
    example: {
      parameters: { namespace, filters: metadata, limit: 100, with_total: true },
      answer: { memories: [record], next_cursor: null, total: 1 },
    },
  },
  get: {
    ...routes.get,
    tag,
    summary: "Read a memory",
    scope: "memories:read",
    parameters: recordKeySchema,
    answer: memoryRecordSchema,
    errors: ["not_found", "conflict"],
    example: { parameters: { id, namespace }, answer: record },
  },
  update: {
    ...routes.update,
    takesIdempotencyKey: true,
    tag,
    summary: "Change a memory",
    description:
      "What is absent stays as it is; new content is embedded again. Needs memories:read, too, to show the answer.",
    scope: "memories:write",
    parameters: recordKeySchema,
    body: updateBodySchema,
    answer: memoryRecordSchema,
    errors: ["not_found", "conflict", "quota_exceeded", "embedder_failed"],
    example: { parameters: { id, namespace }, body: { metadata, ttl_seconds: null }, answer: record },
  },
  deleteOne: {
    ...routes.deleteOne,
    takesIdempotencyKey: true,
    tag,
    summary: "Delete a memory",
    description:
      "Without a namespace it is looked for, which needs memories:read; once it is gone, so is what to look for: send the namespace with an Idempotency-Key.",
    scope: "memories:delete",
    parameters: recordKeySchema,
    answer: deletedSchema,
    errors: ["not_found", "conflict"],
    example: { parameters: { id, namespace }, answer: { status: "deleted", count: 1 } },
  },
} as const satisfies Record<string, Operation>;
