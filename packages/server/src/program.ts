import { isPersistoError, PersistoError, type FieldIssue } from "@persisto/contract";
import {
  createPersisto,
  defaultProjectId,
  dumpStore,
  httpReranker,
  loadStore,
  openAICompatible,
  staticEmbedder,
  type Embedder,
  type Log,
  type Persisto,
} from "@persisto/core";
import { pino, type Logger } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { createAuthenticator, type PresetKey } from "./authenticator.js";
import type { Config, OpenAIConfig } from "./config/config.js";
import { loadConfig, type LoadedConfig } from "./config/load-config.js";
import { usage } from "./config/usage.js";
import { createApp } from "./create-app.js";
import { createMetrics, type Metrics } from "./metrics/metrics.js";
import { createMetricsApp } from "./metrics/send-metrics.js";
import { describeError } from "./describe-error.js";
import { startServer, type RunningServer } from "./start-server.js";
import { startupText, type KeyOrigin } from "./startup-text.js";
import { stopOnSignal } from "./stop-on-signal.js";
import { openTelemetry } from "./tracing/open-telemetry.js";
import type { Tracing } from "./tracing/tracing.js";

export type { Config, LoadedConfig, Persisto };

/** Well inside the 10 s that container runtimes wait before they kill. */
const graceMs = 6_000;
/** A loaded machine takes a second to let every caller hear of it; with the grace it is still well inside. */
const settleMs = 1_000;
/** A scrape takes some milliseconds. */
const metricsGraceMs = 500;

/**
 * The configuration in these arguments, the environment, `.env` and the file that they name, models opened to see that
 * they can be. @throws PersistoValidationError naming everything that is wrong.
 */
export function loadConfiguration(argv: readonly string[]): LoadedConfig {
  return loadConfig({ argv, modelIssues });
}

/** Does what `persisto-server` with these arguments does; a server goes on running until a signal ends it. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const { config, description } = loadConfiguration(argv);
  if (config.command === "help" || config.command === "config check") {
    process.stdout.write(config.command === "help" ? usage : description);
    return;
  }
  if (config.command === "dump" || config.command === "load") {
    process.stdout.write(await (config.command === "dump" ? dump(config) : load(config)));
    return;
  }
  // On stderr: stdout keeps what is said to a person.
  const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
  const metrics = config.command === "serve" ? createMetrics(packageJson) : undefined;
  const log: Log = { warn: (message, error) => logger.warn({ error: describeError(error) }, message) };
  const persisto = await openStore(config, { log, ...(metrics && { metrics }) });
  try {
    switch (config.command) {
      case "serve":
        return await serve(config, persisto, { logger, metrics });
      case "sweep":
        process.stdout.write(`Removed ${(await persisto.sweep()).count} expired memories.\n`);
        break;
      case "create-key":
        process.stdout.write(`${await createKey(persisto, "create-key", config.projectId)}\n`);
        break;
      case "create-operator-key":
        process.stdout.write(`${(await persisto.access.createOperatorKey({ name: "create-operator-key" })).key}\n`);
    }
  } catch (error) {
    await persisto.close();
    throw error;
  }
  await persisto.close();
}

async function dump({ dataDir, dumpFile = "" }: Config): Promise<string> {
  const { memories, bytes } = await dumpStore({ dataDir, to: dumpFile });
  return `Wrote ${memories} memories of ${dataDir} to ${dumpFile} (${(bytes / 1e6).toFixed(1)} MB).\n`;
}

async function load({ dataDir, dumpFile = "" }: Config): Promise<string> {
  const { memories } = await loadStore({ dataDir, from: dumpFile });
  return `Loaded ${memories} memories from ${dumpFile} into ${dataDir}.\n`;
}

/** Who is told what goes on. */
interface Observers {
  logger: Logger;
  /** Only of a server. */
  metrics: Metrics | undefined;
}

/** Opens the store that a configuration names, with its embedder, reranker and settings. */
export async function openStore(
  { dataDir, databaseUrl, poolSize, openAI, reranker, store }: Config,
  { log, metrics }: { log: Log; metrics?: Metrics },
): Promise<Persisto> {
  const embedders = await openEmbedders({ openAI });
  const serverReranker = reranker && httpReranker(reranker);
  return createPersisto({
    ...(databaseUrl === undefined ? { dataDir } : { databaseUrl, ...(poolSize !== undefined && { poolSize }) }),
    embedder: embedders.map((embedder) => metrics?.observeEmbedder(embedder) ?? embedder),
    ...(serverReranker && { reranker: metrics?.observeReranker(serverReranker) ?? serverReranker }),
    ...store,
    log,
  });
}

/** The embedder of new stores, and then the others that a store may have been made with. */
export async function openEmbedders({ openAI }: { openAI?: OpenAIConfig | undefined }): Promise<Embedder[]> {
  const builtIn = await staticEmbedder();
  return openAI ? [openAIEmbedder(openAI), builtIn] : [builtIn];
}

/** What is wrong with models is known to them alone, so they are opened to see. */
function modelIssues({ openAI }: Config): FieldIssue[] {
  try {
    if (openAI) openAIEmbedder(openAI);
    return [];
  } catch (error) {
    if (!isPersistoError(error)) throw error;
    return [{ field: "embedder", message: error.message }];
  }
}

/** Which servers need a key, and which models give vectors of which length, is known to the embedder alone. */
function openAIEmbedder(options: OpenAIConfig): Embedder {
  try {
    return openAICompatible(options);
  } catch (cause) {
    if (!isPersistoError(cause)) throw cause;
    const message = `OPENAI_API_KEY, OPENAI_EMBEDDING_MODEL and OPENAI_EMBEDDING_DIMENSIONS do not fit: ${cause.message}`;
    throw new PersistoError("invalid_input", message, { cause });
  }
}

async function serve(config: Config, persisto: Persisto, { logger, metrics }: Observers): Promise<void> {
  const tracing = openTracing(config, logger);
  metrics?.observeEngine(() => persisto.stats());
  const app = createApp({
    authenticate: createAuthenticator(persisto.access, presetKeys(config)),
    ready: () => persisto.ready(),
    logger,
    ...(metrics && { metrics }),
    ...(tracing && { tracing }),
    maxConcurrentRequests: config.maxConcurrentRequests,
    maxConcurrentRequestsInAll: config.maxConcurrentRequestsInAll,
    rates: config.rates,
    sharedBuckets: persisto.sharedBuckets,
    databaseWaitedMs: () => persisto.stats().databaseWaitedMs,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    onLimiterFailure: (error) =>
      logger.warn({ error: describeError(error) }, "Rate limits cannot be counted; requests pass without."),
  });
  const metricsServer = metrics && config.metrics ? await startMetricsServer(metrics, config.metrics) : undefined;
  const server = await startServer(app, { ...config, graceMs, settleMs });
  stopOnSignal(async () => {
    await server.stop();
    await metricsServer?.stop();
    await persisto.close();
  });
  const text = startupText({
    version: packageJson.version,
    url: server.url,
    metricsUrl: metricsServer && `${metricsServer.url}/metrics`,
    store: config.databaseUrl === undefined ? config.dataDir : withoutPassword(config.databaseUrl),
    embedder: persisto.embedderId,
    // Made last, so that no key is made by a start that fails and never shown.
    key: await findKey(config, persisto),
    operatorKey: await findOperatorKey(config, persisto),
    isEmbedded: config.databaseUrl === undefined,
  });
  process.stdout.write(text);
}

function startMetricsServer(metrics: Metrics, address: NonNullable<Config["metrics"]>): Promise<RunningServer> {
  const settingNames = { host: "PERSISTO_METRICS_HOST", port: "PERSISTO_METRICS_PORT" };
  return startServer(createMetricsApp(metrics), { ...address, graceMs: metricsGraceMs, settingNames });
}

/** A variable that is meant for all programs of a machine is no reason not to start. */
function openTracing(config: Config, logger: Logger): Tracing | undefined {
  if (config.openTelemetry === "off") return undefined;
  try {
    return openTelemetry(packageJson);
  } catch (error) {
    if (config.openTelemetry === "asked" || !isPersistoError(error)) throw error;
    logger.warn({ reason: error.message }, "No spans are opened.");
    return undefined;
  }
}

function presetKeys({ apiKey, operatorKey }: Config): PresetKey[] {
  return [
    ...(apiKey === undefined ? [] : [{ key: apiKey, projectId: defaultProjectId }]),
    ...(operatorKey === undefined ? [] : [{ key: operatorKey, projectId: null }]),
  ];
}

async function findKey({ apiKey }: Config, persisto: Persisto): Promise<KeyOrigin> {
  if (apiKey !== undefined) return { from: "preset" };
  if ((await persisto.access.countKeys(defaultProjectId)) > 0) return { from: "earlier" };
  return { from: "new", key: await createKey(persisto, "first start") };
}

/** A new one for a store that has none. */
async function findOperatorKey({ operatorKey }: Config, { access }: Persisto): Promise<KeyOrigin> {
  if (operatorKey !== undefined) return { from: "preset" };
  if ((await access.countOperatorKeys()) > 0) return { from: "earlier" };
  return { from: "new", key: (await access.createOperatorKey({ name: "first start" })).key };
}

async function createKey({ access }: Persisto, name: string, projectId = defaultProjectId): Promise<string> {
  return (await access.createKey({ projectId, name })).key;
}

/** Only scheme, host and path: parameters may hold secrets too. */
export function withoutPassword(databaseUrl: string): string {
  const { protocol, host, pathname } = new URL(databaseUrl);
  return `${protocol}//${host}${pathname}`;
}

/** What went wrong at a start and what to do about it, a line for each thing wrong with the configuration. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `Persisto cannot start: ${String(error)}`;
  const issues = isPersistoError(error) ? (error.details.issues ?? []) : [];
  if (issues.length === 0) return `Persisto cannot start: ${error.message}`;
  const lines = issues.map(({ field, message }) => (field === "" ? `  ${message}` : `  ${field}: ${message}`));
  return ["Persisto cannot start:", ...lines].join("\n");
}
