import type { StoreSettings } from "@persisto/contract/http";
import type { RateOptions } from "../limits/limit-options.js";
import type { logLevels } from "./config-file-schema.js";
import type { Command } from "./read-arguments.js";

/** What to run, and with what. */
export interface Config {
  command: Command;
  host: string;
  port: number;
  /** Where the embedded database lives; unused with a `databaseUrl`. Absolute. */
  dataDir: string;
  databaseUrl?: string;
  /** Connections to it at a time; unused without. Default: as many as @persisto/core takes. */
  poolSize?: number;
  /** Preset by the user; without it Persisto makes keys itself. */
  apiKey?: string;
  /** The same of the key that administers. */
  operatorKey?: string;
  /** Whose project create-key makes a key for; the default project without it. */
  projectId?: string;
  /** What dump writes and load reads; always there with these two. Absolute. */
  dumpFile?: string;
  openAI?: OpenAIConfig;
  reranker?: RerankerConfig;
  /** How the store behaves; options of the engine. */
  store: StoreSettings;
  /** Where /metrics is without a key; absent for no such place. */
  metrics?: { host: string; port: number };
  /** Whether to open spans, and whether that was asked of Persisto or of everything by a variable of OpenTelemetry. */
  openTelemetry: "asked" | "implied" | "off";
  /** Requests of one project under way. */
  maxConcurrentRequests: number;
  /** Requests under way in all. */
  maxConcurrentRequestsInAll: number;
  /** Requests over time. */
  rates: RateOptions;
  /** Proxies in front of the server. */
  trustedProxies: number;
  /** Origins of pages that may ask. */
  corsOrigins: string[];
  logLevel: (typeof logLevels)[number];
}

/** How to reach OpenAI or a server that speaks its protocol; what is absent is OpenAI's default. */
export interface OpenAIConfig {
  apiKey?: string;
  baseUrl?: string;
  model?: string;
  dimensions?: number;
}

/** How to reach a server with a `/rerank` endpoint. */
export interface RerankerConfig {
  baseUrl: string;
  model: string;
  apiKey?: string;
  dialect?: "cohere" | "tei";
}
