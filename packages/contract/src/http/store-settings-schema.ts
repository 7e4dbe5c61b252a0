import { z } from "zod";
import { languages, type Language } from "../language.js";
import type { RetrievalMode } from "../profile.js";
import { limits } from "../limits.js";
import { name, retrievalProfileSchema, ttlSecondsSchema } from "./schemas.js";

const builtInProfiles: readonly RetrievalMode[] = ["strict", "fuzzy", "recency"];

const profileNameSchema = name(64)
  .refine(
    (text) => !builtInProfiles.some((known) => known === text),
    "is built in and stays as it is; choose another name",
  )
  .meta({ not: { enum: [...builtInProfiles] } });

/** A profile that its key names. */
const namedProfileSchema = retrievalProfileSchema.omit({ name: true });

/** How a store behaves: the options of an engine that are plain data, and so may also stand in a file. */
export const storeSettingsSchema = z.strictObject({
  language: z
    .enum(languages, { error: `must be one of ${languages.join(", ")}` })
    .describe("How the words of new namespaces are stemmed."),
  profiles: z
    .record(profileNameSchema, namedProfileSchema.describe("How a query finds and ranks passages."))
    .describe("Retrieval profiles by the name that a query gives as its mode, beside strict, fuzzy and recency."),
  defaultProfile: name(64).describe("The profile of queries that name none: strict, fuzzy, recency or one of yours."),
  defaultTtlSeconds: ttlSecondsSchema.describe(
    "Seconds until a memory expires whose save does not say; null for never.",
  ),
  namespaceTtlSeconds: z
    .record(name(limits.namespaceBytes), ttlSecondsSchema.describe("Seconds until a memory expires; null for never."))
    .describe("The same by namespace, before the default: the first pattern that matches; * stands for any text."),
  history: z.strictObject({
    store: z
      .enum(["text", "hash", "nothing"], { error: "must be text, hash or nothing" })
      .describe(
        "What the query history keeps of a query's text and filters: both, a keyed hash of the text, or nothing.",
      ),
    retentionDays: z
      .number()
      .int("must be a whole number of days")
      .min(1, "must be at least 1")
      .max(36_500, "must be at most 36500")
      .nullable()
      .describe("Days after which an entry of the query history is deleted; null for never."),
  }),
});

/** How a store behaves, every setting given. */
export type StoreSettings = z.infer<typeof storeSettingsSchema>;

/** How a store behaves that is not told otherwise. */
export const storeDefaults = {
  language: "english" as Language,
  profiles: {},
  defaultProfile: "strict",
  defaultTtlSeconds: null,
  namespaceTtlSeconds: {},
  history: { store: "text", retentionDays: null },
} satisfies StoreSettings;

/** Names of every profile of a store. */
export function profileNames(profiles: StoreSettings["profiles"]): string[] {
  return [...builtInProfiles, ...Object.keys(profiles)];
}
