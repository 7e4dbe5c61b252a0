import { limits } from "@persisto/contract";
import { storeSettingsSchema } from "@persisto/contract/http";
import { z } from "zod";

/** How much the server says on stderr, most first. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const store = storeSettingsSchema.shape;

const dimensionsMessage = `must be a whole number above 0 and up to ${limits.dimensions}, e.g. 768`;

function text(meaning: string) {
  return z.string({ error: "must be a text" }).min(1, "must not be empty").describe(meaning);
}

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.number({ error: message }).int(message).min(min, message).max(max, message);
}

/** Requests a minute; null for as many as come. */
function perMinute() {
  const message = "must be a whole number from 1 to 1000000, or null for no limit";
  return z.number({ error: message }).int(message).min(1, message).max(1_000_000, message).nullable();
}

/** The URL of a server that speaks HTTP. */
function httpUrl(example: string) {
  return z
    .string({ error: `must look like ${example}` })
    .refine((url) => /^https?:\/\//.test(url) && URL.canParse(url), `must look like ${example}`)
    .meta({ pattern: "^https?://" });
}

const serverSection = z
  .strictObject({
    host: text("The address to listen on; 0.0.0.0 lets other machines in. Default 127.0.0.1.").optional(),
    port: wholeNumber(0, 65_535).optional().describe("The port to listen on; 0 picks a free one. Default 8000."),
    trustProxy: wholeNumber(0, 10)
      .optional()
      .describe("How many proxies in front add to X-Forwarded-For; nothing of it is believed with 0. Default 0."),
    corsOrigins: z
      .array(
        z
          .string()
          .regex(
            /^(\*|https?:\/\/[^/\s,]+)$/,
            "must be an origin such as https://app.example.com, without a path, or *",
          ),
      )
      .optional()
      .describe("Origins whose pages may ask from a browser; * is every page. Default: none but the server's own."),
    metricsPort: wholeNumber(0, 65_535)
      .optional()
      .describe("A port of its own for /metrics, which asks for no key there. Default: /metrics for operators only."),
    metricsHost: text("The address of that port. Default 127.0.0.1: this machine only.").optional(),
  })
  .describe("Where the server listens.");

const databaseSection = z
  .strictObject({
    dataDir: text(
      "Directory of the embedded Postgres, seen from this file. Default .persisto in the working directory.",
    ).optional(),
    url: z
      .string({ error: "must look like postgres://user@host:5432/database" })
      .refine(
        (url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url),
        "must look like postgres://user:password@host:5432/database; percent-encode special characters",
      )
      .meta({ pattern: "^postgres(ql)?://" })
      .optional()
      .describe("A Postgres with pgvector instead of the embedded one; its password comes from PGPASSWORD."),
    poolSize: wholeNumber(1, 1_000)
      .optional()
      .describe("Most connections to url at a time; more requests wait for one. Default 5 to 10, by the processors."),
  })
  .describe("Where memories are kept: dataDir or url.");

const embedderSection = z
  .strictObject({
    provider: z
      .enum(["builtIn", "openAI"], { error: "must be builtIn or openAI" })
      .optional()
      .describe("The built-in model, or a server that speaks OpenAI's protocol. Default: openAI when one is named."),
    model: text("Model of the provider openAI. Default text-embedding-3-small.").optional(),
    dimensions: z
      .number({ error: dimensionsMessage })
      .int(dimensionsMessage)
      .min(1, dimensionsMessage)
      .max(limits.dimensions, dimensionsMessage)
      .optional()
      .describe("Length of the model's vectors; required when it is not one of OpenAI's."),
    baseUrl: httpUrl("http://127.0.0.1:11434/v1")
      .optional()
      .describe("Where the server's /embeddings is below. Default: OpenAI, which needs OPENAI_API_KEY."),
  })
  .describe("What embeds texts in a new store; an existing one keeps its embedder.");

const rerankerSection = z
  .strictObject({
    baseUrl: httpUrl("https://api.cohere.com/v2").optional().describe("Where the server's /rerank is below."),
    model: text("The model that reranks.").optional(),
    dialect: z
      .enum(["cohere", "tei"], { error: "must be cohere or tei" })
      .optional()
      .describe("What the server speaks: cohere (Jina, Voyage, vLLM, LiteLLM too) or tei. Default cohere."),
  })
  .describe("What reranks the hits of queries that ask for it; its key comes from PERSISTO_RERANKER_API_KEY.");

const retrievalSection = z
  .strictObject({
    defaultProfile: store.defaultProfile.optional(),
    profiles: store.profiles.optional(),
  })
  .describe("How queries find and rank.");

const ttlSection = z
  .strictObject({
    defaultSeconds: store.defaultTtlSeconds.optional(),
    namespaces: store.namespaceTtlSeconds.optional(),
  })
  .describe("When memories expire whose save does not say.");

const historySection = store.history.partial().describe("What is kept of queries that were asked.");

const limitsSection = z
  .strictObject({
    maxConcurrentRequests: z
      .number()
      .int("must be a whole number")
      .min(1, "must be at least 1")
      .max(100_000, "must be at most 100000")
      .optional()
      .describe("Requests of one project under way; one more is answered 429. Default 256."),
    maxConcurrentRequestsInAll: wholeNumber(1, 1_000_000)
      .optional()
      .describe("Requests of all projects under way; one more is answered 503. Default 1024."),
    requestsPerMinute: z
      .strictObject({
        key: perMinute().optional().describe("Of one key, with the tokens made with it. Default null: no limit."),
        project: perMinute().optional().describe("Of one project, whatever its keys. Default null: no limit."),
        ip: perMinute()
          .optional()
          .describe("Of one IPv4 address or IPv6 /64, whatever its keys. Default null: no limit."),
      })
      .optional()
      .describe("Requests over time; one more is answered 429."),
    burstSeconds: wholeNumber(1, 3_600)
      .optional()
      .describe("Requests of so many seconds may come at once. Default 60."),
    refusalsPerMinute: perMinute()
      .optional()
      .describe("Wrong or missing keys from one address, before 429 takes the place of 401 and 403. Default 120."),
  })
  .describe("How much the server takes on.");

const logSection = z
  .strictObject({
    level: z
      .enum(logLevels, { error: `must be one of ${logLevels.join(", ")}` })
      .optional()
      .describe("The least that is worth a line on stderr. Default info."),
  })
  .describe("What the server says.");

const telemetrySection = z
  .strictObject({
    openTelemetry: z
      .boolean({ error: "must be true or false" })
      .optional()
      .describe("Spans for requests and verbs. Default: when OTEL_EXPORTER_OTLP_ENDPOINT is set."),
  })
  .describe("What is told to OpenTelemetry; needs an SDK that Node loads before Persisto.");

/** `persisto.config.json`. Everything may be left out. Keys and passwords have no place in it: it is committed. */
export const configFileSchema = z
  .strictObject({
    $schema: z.string().optional().describe("Where this schema is, for editors."),
    server: serverSection.optional(),
    log: logSection.optional(),
    telemetry: telemetrySection.optional(),
    database: databaseSection.optional(),
    embedder: embedderSection.optional(),
    reranker: rerankerSection.optional(),
    language: store.language.optional(),
    retrieval: retrievalSection.optional(),
    ttl: ttlSection.optional(),
    history: historySection.optional(),
    limits: limitsSection.optional(),
  })
  .describe("Configuration of a Persisto server. Keys and passwords come from the environment.");

/** What stands in a `persisto.config.json`. */
export type ConfigFile = z.infer<typeof configFileSchema>;

/** The JSON Schema of `persisto.config.json`, as it is published. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: "persisto.config.json", ...z.toJSONSchema(configFileSchema, { io: "input" }) };
}
