import { storeDefaults } from "@persisto/contract/http";
import { z } from "zod";
import {
  defaultMaxConcurrentRequests,
  defaultMaxConcurrentRequestsInAll,
  defaultRates,
} from "../limits/limit-options.js";
import { configFileSchema } from "./config-file-schema.js";
import { schemaAt } from "./schema-at.js";

/** One thing that can be set, and where. */
export interface Setting {
  /** Where it stands in the file; a secret has a path to be spoken of, and may not stand there. */
  readonly path: string;
  readonly option?: "host" | "port" | "data-dir";
  readonly variable?: string;
  /** Without one it may be left unset. */
  readonly fallback?: unknown;
  /** What the text of an option or a variable means. Default: itself. */
  readonly fromText?: (text: string) => unknown;
  /** How null is told. Default `never`: most of what can be null is a time until something happens. */
  readonly nullText?: "none";
  /** `whole`: a key. `partly`: a URL that may hold a password. Neither is repeated in messages. */
  readonly secret?: "whole" | "partly";
  readonly schema: z.ZodType;
}

/** A key of the user's choice. */
function keySchema(least: 8 | 16): z.ZodType {
  return z
    .string()
    .regex(
      new RegExp(`^[\\x21-\\x7e]{${least},}$`),
      `must be at least ${least} visible ASCII characters without spaces; \`openssl rand -hex 32\` makes a good one`,
    );
}

/** A number as people write whole numbers; anything else is left for the schema to refuse. */
function number(text: string): unknown {
  return /^\d{1,10}$/.test(text) ? Number(text) : text;
}

/** The same, or `never`. */
function numberOrNever(text: string): unknown {
  return text === "never" ? null : number(text);
}

/** The same, or `none`. */
function numberOrNone(text: string): unknown {
  return text === "none" ? null : number(text);
}

/** With commas between them. */
function listOf(text: string): string[] {
  return text.split(",").map((item) => item.trim());
}

/** As people write it; anything else is left for the schema to refuse. */
function yesOrNo(text: string): unknown {
  return text === "true" || text === "false" ? text === "true" : text;
}

function inFile(path: string, rest: Omit<Setting, "path" | "schema">): Setting {
  const schema = schemaAt(configFileSchema, path.split("."));
  if (!(schema instanceof z.ZodType)) throw new Error(`The schema of the file has no ${path}.`);
  return { path, schema, ...rest };
}

/** Requests a minute, or none for no limit. */
function rate(path: string, rest: Pick<Setting, "variable" | "fallback">): Setting {
  return inFile(path, { ...rest, fromText: numberOrNone, nullText: "none" });
}

/** Everything that can be set, in the order in which it is told. Profiles and patterns stand in the file alone. */
export const settings: readonly Setting[] = [
  inFile("server.host", { option: "host", variable: "HOST", fallback: "127.0.0.1" }),
  inFile("server.port", { option: "port", variable: "PORT", fallback: 8000, fromText: number }),
  inFile("server.trustProxy", { variable: "PERSISTO_TRUST_PROXY", fallback: 0, fromText: number }),
  inFile("server.corsOrigins", { variable: "PERSISTO_CORS_ORIGINS", fallback: [], fromText: listOf }),
  inFile("server.metricsPort", { variable: "PERSISTO_METRICS_PORT", fromText: number }),
  inFile("server.metricsHost", { variable: "PERSISTO_METRICS_HOST", fallback: "127.0.0.1" }),
  inFile("telemetry.openTelemetry", { variable: "PERSISTO_OPENTELEMETRY", fromText: yesOrNo }),
  inFile("log.level", { variable: "PERSISTO_LOG_LEVEL", fallback: "info" }),
  inFile("database.dataDir", { option: "data-dir", variable: "PERSISTO_DATA_DIR", fallback: ".persisto" }),
  inFile("database.url", { variable: "DATABASE_URL", secret: "partly" }),
  inFile("database.poolSize", { variable: "PERSISTO_POOL_SIZE", fromText: number }),
  { path: "server.apiKey", variable: "PERSISTO_API_KEY", secret: "whole", schema: keySchema(8) },
  { path: "server.operatorKey", variable: "PERSISTO_OPERATOR_KEY", secret: "whole", schema: keySchema(16) },
  inFile("embedder.provider", { variable: "PERSISTO_EMBEDDER" }),
  inFile("embedder.model", { variable: "OPENAI_EMBEDDING_MODEL" }),
  inFile("embedder.dimensions", { variable: "OPENAI_EMBEDDING_DIMENSIONS", fromText: number }),
  inFile("embedder.baseUrl", { variable: "OPENAI_BASE_URL", secret: "partly" }),
  { path: "embedder.apiKey", variable: "OPENAI_API_KEY", secret: "whole", schema: z.string() },
  inFile("reranker.baseUrl", { variable: "PERSISTO_RERANKER_URL", secret: "partly" }),
  inFile("reranker.model", { variable: "PERSISTO_RERANKER_MODEL" }),
  inFile("reranker.dialect", { variable: "PERSISTO_RERANKER_DIALECT" }),
  { path: "reranker.apiKey", variable: "PERSISTO_RERANKER_API_KEY", secret: "whole", schema: z.string() },
  inFile("language", { variable: "PERSISTO_LANGUAGE", fallback: storeDefaults.language }),
  inFile("retrieval.defaultProfile", {
    variable: "PERSISTO_DEFAULT_PROFILE",
    fallback: storeDefaults.defaultProfile,
  }),
  inFile("retrieval.profiles", { fallback: storeDefaults.profiles }),
  inFile("ttl.defaultSeconds", {
    variable: "PERSISTO_DEFAULT_TTL_SECONDS",
    fallback: storeDefaults.defaultTtlSeconds,
    fromText: numberOrNever,
  }),
  inFile("ttl.namespaces", { fallback: storeDefaults.namespaceTtlSeconds }),
  inFile("history.store", { variable: "PERSISTO_HISTORY_STORE", fallback: storeDefaults.history.store }),
  inFile("history.retentionDays", {
    variable: "PERSISTO_HISTORY_RETENTION_DAYS",
    fallback: storeDefaults.history.retentionDays,
    fromText: numberOrNever,
  }),
  inFile("limits.maxConcurrentRequests", {
    variable: "PERSISTO_MAX_CONCURRENT_REQUESTS",
    fallback: defaultMaxConcurrentRequests,
    fromText: number,
  }),
  inFile("limits.maxConcurrentRequestsInAll", {
    variable: "PERSISTO_MAX_CONCURRENT_REQUESTS_IN_ALL",
    fallback: defaultMaxConcurrentRequestsInAll,
    fromText: number,
  }),
  rate("limits.requestsPerMinute.key", {
    variable: "PERSISTO_KEY_REQUESTS_PER_MINUTE",
    fallback: defaultRates.requestsPerMinute.key,
  }),
  rate("limits.requestsPerMinute.project", {
    variable: "PERSISTO_PROJECT_REQUESTS_PER_MINUTE",
    fallback: defaultRates.requestsPerMinute.project,
  }),
  rate("limits.requestsPerMinute.ip", {
    variable: "PERSISTO_IP_REQUESTS_PER_MINUTE",
    fallback: defaultRates.requestsPerMinute.ip,
  }),
  inFile("limits.burstSeconds", {
    variable: "PERSISTO_BURST_SECONDS",
    fallback: defaultRates.burstSeconds,
    fromText: number,
  }),
  rate("limits.refusalsPerMinute", {
    variable: "PERSISTO_IP_REFUSALS_PER_MINUTE",
    fallback: defaultRates.refusalsPerMinute,
  }),
];
