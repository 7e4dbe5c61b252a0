import { limits } from "@persisto/contract";
import { z } from "zod";

// What is checked here is only the form that a model has to keep to: the memory checks what it is given itself.

const id = z.string().min(1).describe("The id of the memory, as search_memories and list_memories give it.");

const content = z
  .string()
  .min(1)
  .describe("The memory, as one self-contained statement that is understood without this conversation.");

const metadata = z
  .record(z.string(), z.unknown())
  .describe('Facts to filter by later, as a flat JSON object, e.g. {"topic": "travel"}.');

const filters = z
  .record(z.string(), z.unknown())
  .optional()
  .describe(
    'Only memories whose metadata meets these conditions, e.g. {"topic": "travel"} or {"year": {"gte": 2024}}.',
  );

const ttlSeconds = z.number().int().positive().max(limits.ttlSeconds).nullable().optional();

/** The arguments of each tool where the namespace is fixed. */
export const inputs = {
  save_memory: z.strictObject({
    content,
    metadata: metadata.optional(),
    ttl_seconds: ttlSeconds.describe("Seconds until the memory is forgotten; leave it out to keep it."),
  }),
  search_memories: z.strictObject({
    query: z.string().min(1).describe("What to look for, in plain words."),
    k: z.number().int().min(1).max(limits.k).optional().describe("Most results. Default 10."),
    mode: z
      .enum(["strict", "fuzzy", "recency"])
      .optional()
      .describe("strict: only what clearly matches (default); fuzzy: also what is only near; recency: newer first."),
    filters,
  }),
  list_memories: z.strictObject({
    limit: z.number().int().min(1).max(100).optional().describe("Most memories. Default 20."),
    cursor: z.string().min(1).optional().describe("The next_cursor of the list before, to go on from there."),
    filters,
  }),
  update_memory: z.strictObject({
    id,
    content: content.optional(),
    metadata: metadata.optional().describe("Replaces all metadata of the memory."),
    ttl_seconds: ttlSeconds.describe("Seconds from now until the memory is forgotten; null to keep it for ever."),
  }),
  delete_memory: z.strictObject({ id }),
} as const;

const namespace = {
  namespace: z
    .string()
    .min(1)
    .describe("Where the memory lives. Use the same one for what belongs together, e.g. of one user or project."),
};

/** The arguments of each tool where the model names the namespace. */
export const inputsWithNamespace = {
  save_memory: inputs.save_memory.extend(namespace),
  search_memories: inputs.search_memories.extend(namespace),
  list_memories: inputs.list_memories.extend(namespace),
  update_memory: inputs.update_memory.extend(namespace),
  delete_memory: inputs.delete_memory.extend(namespace),
} as const;

const note = z.string();

const memory = z.object({
  id: z.string(),
  namespace: z.string(),
  content: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  created_at: z.string(),
  expires_at: z.string().nullable(),
});

/** What each tool answers besides its text. */
export const outputs = {
  save_memory: z.object({ id: z.string(), namespace: z.string(), expires_at: z.string().nullable() }),
  search_memories: z.object({
    note,
    memories: z.array(memory.extend({ similarity: z.number().nullable(), score: z.number() })),
    left_out: z.number(),
  }),
  list_memories: z.object({
    note,
    memories: z.array(memory),
    cut_id: z.string().nullable().describe("The memory of which only the beginning is here."),
    next_cursor: z.string().nullable(),
  }),
  update_memory: z.object({ id: z.string(), namespace: z.string(), expires_at: z.string().nullable() }),
  delete_memory: z.object({ id: z.string(), namespace: z.string(), count: z.number() }),
} as const;

/** What a tool is called with, the namespace filled in. */
export type ToolInput<Name extends keyof typeof inputs> = z.infer<(typeof inputsWithNamespace)[Name]>;

/** What a tool answers besides its text. */
export type ToolOutput<Name extends keyof typeof outputs> = z.infer<(typeof outputs)[Name]>;
