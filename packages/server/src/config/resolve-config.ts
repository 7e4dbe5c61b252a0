import { dirname, resolve } from "node:path";
import type { FieldIssue } from "@persisto/contract";
import { profileNames } from "@persisto/contract/http";
import type { Config } from "./config.js";
import { valueAt } from "./file-issues.js";
import { gather, type Gathered, type Sources } from "./gather.js";
import type { Arguments } from "./read-arguments.js";
import { settings, type Setting } from "./settings.js";

/** The configuration, what it is made of, and everything that is wrong with it. */
export interface Resolution {
  readonly config: Config;
  /** What is in effect, in the order in which it is told. */
  readonly effective: readonly Gathered[];
  readonly issues: readonly FieldIssue[];
}

/** Puts together what all sources say. With issues, what is wrong has its default. */
export function resolveConfig(args: Arguments, sources: Omit<Sources, "options">): Resolution {
  const { values, issues } = gather({ ...sources, options: args.options });
  // Every value has been parsed by the schema that its type is of.
  const valueOf = <T>(path: string): T => values.get(path)?.value as T;
  const openAI = isOpenAI(values)
    ? present<Config["openAI"]>(values, "embedder", ["apiKey", "baseUrl", "model", "dimensions"])
    : undefined;
  const hasReranker = values.has("reranker.baseUrl");
  const isNative = usesUrl(values);
  const config: Config = {
    command: args.command,
    host: valueOf("server.host"),
    port: valueOf("server.port"),
    dataDir: dataDir(values.get("database.dataDir"), sources.file?.path),
    logLevel: valueOf("log.level"),
    ...(isNative && { databaseUrl: valueOf<string>("database.url") }),
    ...(values.has("database.poolSize") && { poolSize: valueOf<number>("database.poolSize") }),
    ...(values.has("server.apiKey") && { apiKey: valueOf<string>("server.apiKey") }),
    ...(values.has("server.operatorKey") && { operatorKey: valueOf<string>("server.operatorKey") }),
    ...(args.projectId !== undefined && { projectId: args.projectId }),
    ...(args.dumpFile !== undefined && { dumpFile: resolve(args.dumpFile) }),
    ...(openAI && { openAI }),
    ...(hasReranker && {
      reranker: present<NonNullable<Config["reranker"]>>(values, "reranker", ["baseUrl", "model", "apiKey", "dialect"]),
    }),
    store: {
      language: valueOf("language"),
      profiles: valueOf("retrieval.profiles"),
      defaultProfile: valueOf("retrieval.defaultProfile"),
      defaultTtlSeconds: valueOf("ttl.defaultSeconds"),
      namespaceTtlSeconds: valueOf("ttl.namespaces"),
      history: { store: valueOf("history.store"), retentionDays: valueOf("history.retentionDays") },
    },
    ...(values.has("server.metricsPort") && {
      metrics: { host: valueOf<string>("server.metricsHost"), port: valueOf<number>("server.metricsPort") },
    }),
    openTelemetry: openTelemetry(values, sources.env),
    maxConcurrentRequests: valueOf("limits.maxConcurrentRequests"),
    maxConcurrentRequestsInAll: valueOf("limits.maxConcurrentRequestsInAll"),
    rates: {
      requestsPerMinute: {
        key: valueOf("limits.requestsPerMinute.key"),
        project: valueOf("limits.requestsPerMinute.project"),
        ip: valueOf("limits.requestsPerMinute.ip"),
      },
      burstSeconds: valueOf("limits.burstSeconds"),
      refusalsPerMinute: valueOf("limits.refusalsPerMinute"),
    },
    trustedProxies: valueOf("server.trustProxy"),
    corsOrigins: valueOf("server.corsOrigins"),
  };
  const hidden = [
    ...(isNative ? ["database.dataDir"] : ["database.url", "database.poolSize"]),
    ...(values.has("server.metricsPort") ? [] : ["server.metricsHost"]),
    ...(openAI ? [] : ["embedder.model", "embedder.dimensions", "embedder.baseUrl", "embedder.apiKey"]),
  ];
  return {
    config,
    effective: settings.flatMap((setting) => {
      if (hidden.includes(setting.path)) return [];
      if (setting.path === "database.dataDir") return { ...values.get(setting.path)!, value: config.dataDir };
      const gathered = values.get(setting.path);
      if (gathered) return gathered;
      if (setting.path === "telemetry.openTelemetry") return impliedTelemetry(setting, sources.env);
      return setting.path === "embedder.provider" ? impliedProvider(setting, values) : [];
    }),
    issues: [
      ...args.issues,
      ...(sources.file?.issues ?? []),
      ...issues,
      ...metricsIssues(values),
      ...databaseIssues(values),
      ...keyIssues(values),
      ...(isNative ? dumpIssues(args) : []),
      ...embedderIssues(values),
      ...rerankerIssues(values),
      ...profileIssues(values.get("retrieval.defaultProfile"), sources.file?.values),
    ],
  };
}

type Values = ReadonlyMap<string, Gathered>;

/** Those fields of a section that are set. */
function present<T>(values: Values, section: string, fields: readonly string[]): T {
  const found = fields.flatMap((field) => {
    const gathered = values.get(`${section}.${field}`);
    return gathered ? [[field, gathered.value]] : [];
  });
  return Object.fromEntries(found) as T;
}

/** A directory in the file is seen from the file, any other from the working directory. */
function dataDir(gathered: Gathered | undefined, file: string | undefined): string {
  const path = String(gathered?.value);
  return gathered?.from === "file" && file !== undefined ? resolve(dirname(file), path) : resolve(path);
}

/** DATABASE_URL wins over every directory, and a directory that was chosen over a URL in the file. */
function usesUrl(values: Values): boolean {
  const url = values.get("database.url");
  const directory = values.get("database.dataDir");
  if (url === undefined) return false;
  return url.from !== "file" || directory === undefined || ["file", "default"].includes(directory.from);
}

function metricsIssues(values: Values): FieldIssue[] {
  const host = values.get("server.metricsHost");
  if (host === undefined || host.from === "default" || values.has("server.metricsPort")) return [];
  return [{ field: host.field, message: "needs server.metricsPort or PERSISTO_METRICS_PORT" }];
}

/** As said, else when the environment tells every program where spans go. */
function openTelemetry(values: Values, env: Sources["env"]): Config["openTelemetry"] {
  const said = values.get("telemetry.openTelemetry")?.value;
  if (said !== undefined) return said === true ? "asked" : "off";
  return tracesVariable(env) === undefined ? "off" : "implied";
}

/** OpenTelemetry's own variable that says where spans go, if there is one and none that says they go nowhere. */
function tracesVariable(env: Sources["env"]): string | undefined {
  if (env["OTEL_SDK_DISABLED"] === "true" || env["OTEL_TRACES_EXPORTER"] === "none") return undefined;
  return ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].find((name) => env[name]?.trim());
}

function impliedTelemetry(setting: Setting, env: Sources["env"]): Gathered[] {
  const variable = tracesVariable(env);
  if (variable === undefined) return [];
  return [{ setting, value: true, from: "environment", field: variable, source: variable }];
}

function databaseIssues(values: Values): FieldIssue[] {
  const areBoth = values.get("database.url")?.from === "file" && values.get("database.dataDir")?.from === "file";
  return areBoth ? [{ field: "database.url", message: "cannot stand beside database.dataDir; choose one" }] : [];
}

/** Whoever has the one must not have the other. */
function keyIssues(values: Values): FieldIssue[] {
  const operatorKey = values.get("server.operatorKey");
  if (operatorKey === undefined || operatorKey.value !== values.get("server.apiKey")?.value) return [];
  return [{ field: operatorKey.field, message: "must be another key than PERSISTO_API_KEY" }];
}

/** A directory that is named beside a URL is not what would be dumped. */
function dumpIssues({ command }: Arguments): FieldIssue[] {
  if (command !== "dump" && command !== "load") return [];
  const message = `${command} is for the embedded database; with DATABASE_URL use pg_dump and pg_restore, see docs/operation.md`;
  return [{ field: "command", message }];
}

/** As said, else when a key or another server is named. */
function isOpenAI(values: Values): boolean {
  const provider = values.get("embedder.provider")?.value;
  if (provider !== undefined) return provider === "openAI";
  return values.has("embedder.apiKey") || values.has("embedder.baseUrl");
}

/** The provider that a key or a server implies, or their absence. */
function impliedProvider(setting: Setting, values: Values): Gathered {
  const reason = values.get("embedder.baseUrl") ?? values.get("embedder.apiKey");
  if (reason) return { ...reason, setting, value: "openAI" };
  return { setting, value: "builtIn", from: "default", field: setting.path, source: "default" };
}

function embedderIssues(values: Values): FieldIssue[] {
  if (isOpenAI(values)) {
    if (values.has("embedder.apiKey") || values.has("embedder.baseUrl")) return [];
    const message = "is required by OpenAI; or name a server without keys in embedder.baseUrl or OPENAI_BASE_URL";
    return [{ field: "OPENAI_API_KEY", message }];
  }
  const isChosen = values.has("embedder.provider");
  const remedy = isChosen
    ? "has no effect with the embedder builtIn; drop it, or choose openAI in embedder.provider or PERSISTO_EMBEDDER"
    : "needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server without keys";
  return ["embedder.model", "embedder.dimensions", "embedder.baseUrl"].flatMap((path) => {
    const gathered = values.get(path);
    return gathered ? [{ field: gathered.field, message: remedy }] : [];
  });
}

function rerankerIssues(values: Values): FieldIssue[] {
  const [baseUrl, model] = [values.get("reranker.baseUrl"), values.get("reranker.model")];
  if (baseUrl && !model)
    return [{ field: "reranker.model", message: "is required; it can be PERSISTO_RERANKER_MODEL" }];
  if (baseUrl) return [];
  return ["reranker.model", "reranker.dialect", "reranker.apiKey"].flatMap((path) => {
    const gathered = values.get(path);
    const message = "needs reranker.baseUrl or PERSISTO_RERANKER_URL";
    return gathered ? [{ field: gathered.from === "environment" ? gathered.field : path, message }] : [];
  });
}

/** Also a profile with something wrong in it is one that can be named. */
function profileIssues(chosen: Gathered | undefined, file: unknown): FieldIssue[] {
  const names = profileNames(Object(valueAt(file, "retrieval.profiles")) as Record<string, object>);
  if (chosen === undefined || names.some((name) => name === chosen.value)) return [];
  return [{ field: chosen.field, message: `must be one of ${names.join(", ")}` }];
}
