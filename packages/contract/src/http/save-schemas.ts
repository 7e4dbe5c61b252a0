import { z } from "zod";
import { limits } from "../limits.js";
import {
  contentSchema,
  dateSchema,
  embeddingSchema,
  idSchema,
  metadataSchema,
  namespaceSchema,
  ttlSecondsSchema,
} from "./schemas.js";
import { utf8Bytes } from "./utf8-bytes.js";

/** Clocks differ. */
const clockSkewMs = 5 * 60 * 1_000;

const pastSchema = dateSchema.refine(
  (date) => Date.parse(date) <= Date.now() + clockSkewMs,
  "must not be in the future",
);

const expiresAtSchema = dateSchema
  .refine((date) => Date.parse(date) > Date.now(), "must be in the future")
  .refine(
    (date) => Date.parse(date) <= Date.now() + limits.ttlSeconds * 1_000 + clockSkewMs,
    "must be within the next ten years",
  )
  .nullable();

/** A passage of the user's own. */
export const passageInputSchema = z.strictObject({ content: contentSchema, embedding: embeddingSchema.optional() });

const passageInputsSchema = z
  .array(passageInputSchema)
  .min(1, "must not be empty")
  .max(limits.passages, `must hold at most ${limits.passages} passages`)
  .superRefine((passages, context) => {
    const size = passages.reduce((sum, { content }) => sum + utf8Bytes(content), 0);
    if (size <= 2 * limits.contentBytes) return;
    const message = `are ${size} bytes of text; at most ${2 * limits.contentBytes} are allowed`;
    context.addIssue({ code: "custom", message, params: { tooLarge: true } });
  });

export const saveSchema = z
  .strictObject({
    namespace: namespaceSchema,
    content: contentSchema,
    metadata: metadataSchema.optional(),
    ttlSeconds: ttlSecondsSchema.optional(),
    expiresAt: expiresAtSchema.optional(),
    id: idSchema.optional(),
    embedding: embeddingSchema.optional(),
    passages: passageInputsSchema.optional(),
    createdAt: pastSchema.optional(),
    updatedAt: pastSchema.optional(),
  })
  .superRefine(({ ttlSeconds, expiresAt, embedding, passages, createdAt, updatedAt }, context) => {
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: "custom", path: [field], message });
    if (ttlSeconds !== undefined && expiresAt !== undefined) {
      refuse("expiresAt", "must not be given together with ttlSeconds");
    }
    if (embedding !== undefined && passages !== undefined) {
      refuse("passages", "must not be given together with an embedding");
    }
    if (updatedAt === undefined) return;
    if (createdAt === undefined) refuse("updatedAt", "must come with createdAt");
    else if (updatedAt < createdAt) refuse("updatedAt", "must not be before createdAt");
  })
  .meta({
    allOf: [
      { not: { required: ["ttlSeconds", "expiresAt"] } },
      { not: { required: ["embedding", "passages"] } },
      { anyOf: [{ required: ["createdAt"] }, { not: { required: ["updatedAt"] } }] },
    ],
  });

export const saveManySchema = z.strictObject({
  memories: z
    .array(saveSchema)
    .max(limits.batch, `must hold at most ${limits.batch} memories`)
    .superRefine((memories, context) => {
      const count = memories.reduce((sum, { passages = [] }) => sum + passages.length, 0);
      if (count <= limits.batchPassages) return;
      const message = `bring ${count} passages; at most ${limits.batchPassages} are allowed in one batch`;
      context.addIssue({ code: "custom", message, params: { tooLarge: true } });
    }),
});
