import { setTimeout as pause } from "node:timers/promises";
import type { Embedder, Reranker } from "@persisto/contract";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { measureProcess } from "./process-metrics.js";
import { routeLabel } from "./route-label.js";

/** What an engine tells about itself. */
export interface EngineStats {
  /** Null without a pool. */
  readonly connections: { readonly open: number; readonly idle: number; readonly waiting: number } | null;
  readonly expiredRemoved: number;
}

/** A request that has been answered, or whose sender has gone. */
export interface EndedRequest {
  /** Undefined when no route fits it. */
  readonly route: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly isAborted: boolean;
  readonly code: string | undefined;
  readonly seconds: number;
}

/** What a server measures. */
export interface Metrics {
  /** All of it now, in Prometheus's text format. The delays of the event loop start anew. */
  text(): Promise<string>;
  requestStarted(): void;
  requestEnded(request: EndedRequest): void;
  /** Adds to the queries that were answered. */
  queryDone(): void;
  /** Adds to the memories that were saved. */
  memoriesSaved(count: number): void;
  /** The same embedder, its calls measured. */
  observeEmbedder(embedder: Embedder): Embedder;
  /** The same reranker, its calls measured. */
  observeReranker(reranker: Reranker): Reranker;
  /** Has an engine's own numbers told too; of one engine. */
  observeEngine(stats: () => EngineStats): void;
}

/** Upper edges in seconds: a search takes some milliseconds, a large save or a slow model seconds. */
const buckets = [0.01, 0.05, 0.25, 1, 5];

/** Starts to measure: some 300 series when every route has been asked, none of them by project, key or namespace. */
export function createMetrics({ version }: { version: string }): Metrics {
  // Never prom-client's own one: two servers of a process would be counted as one.
  const registry = new Registry();
  const registers = [registry];
  const buildInfo = new Gauge({
    name: "persisto_build_info",
    help: "Which Persisto this is; always 1.",
    labelNames: ["version", "node"],
    registers,
  });
  buildInfo.set({ version, node: process.versions.node }, 1);
  const durations = new Histogram({
    name: "persisto_http_request_duration_seconds",
    help: "Requests by how long they took until they were answered.",
    labelNames: ["route", "method", "status"],
    buckets,
    registers,
  });
  const underWay = new Gauge({
    name: "persisto_http_requests_under_way",
    help: "Requests that wait for their answer.",
    registers,
  });
  const problems = new Counter({
    name: "persisto_http_problems_total",
    help: "Requests that were refused or failed, by the code of the error.",
    labelNames: ["code"],
    registers,
  });
  const queries = new Counter({ name: "persisto_queries_total", help: "Queries answered.", registers });
  const saved = new Counter({ name: "persisto_memories_saved_total", help: "Memories saved.", registers });
  const modelCalls = new Histogram({
    name: "persisto_model_call_duration_seconds",
    help: "Calls of the embedder and the reranker.",
    labelNames: ["model", "outcome"],
    buckets,
    registers,
  });
  measureProcess(registry);

  const timed = async <Result>(model: "embedder" | "reranker", call: () => Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    let outcome = "failed";
    try {
      const result = await call();
      outcome = "ok";
      return result;
    } finally {
      modelCalls.observe({ model, outcome }, (performance.now() - startedAt) / 1_000);
    }
  };

  return {
    async text() {
      // A scrape that came while the event loop was held is read before its timers run: the delay would not be in it,
      // and be forgotten by it.
      await pause(1);
      return registry.metrics();
    },
    requestStarted: () => underWay.inc(),
    requestEnded({ route, method, status, isAborted, code, seconds }) {
      underWay.dec();
      const statusClass = isAborted ? "aborted" : `${Math.floor(status / 100)}xx`;
      const label = routeLabel(route, method);
      // Not spread: prom-client walks the labels, and of a spread object that alone takes a microsecond.
      durations.observe({ route: label.route, method: label.method, status: statusClass }, seconds);
      if (code !== undefined) problems.inc({ code });
    },
    queryDone: () => queries.inc(),
    memoriesSaved: (count) => saved.inc(count),
    observeEmbedder: (embedder) => ({
      ...embedder,
      embed: (texts, options) => timed("embedder", () => embedder.embed(texts, options)),
    }),
    observeReranker: (reranker) => ({
      ...reranker,
      rerank: (query, passages, options) => timed("reranker", () => reranker.rerank(query, passages, options)),
    }),
    observeEngine: (stats) => measureEngine(registry, stats),
  };
}

/** Read at each scrape. */
function measureEngine(registry: Registry, stats: () => EngineStats): void {
  const expired = new Counter({
    name: "persisto_expired_memories_removed_total",
    help: "Expired memories removed from the disk.",
    registers: [],
    collect() {
      this.reset();
      this.inc(stats().expiredRemoved);
    },
  });
  const connections = new Gauge({
    name: "persisto_database_connections",
    help: "Connections to Postgres; none with the embedded one.",
    labelNames: ["state"],
    registers: [],
    collect() {
      const now = stats().connections;
      if (now === null) return;
      this.set({ state: "busy" }, now.open - now.idle);
      this.set({ state: "idle" }, now.idle);
    },
  });
  const waiting = new Gauge({
    name: "persisto_database_waiting",
    help: "Callers that wait for a connection to Postgres.",
    registers: [],
    collect() {
      const now = stats().connections;
      if (now === null) this.remove();
      else this.set(now.waiting);
    },
  });
  for (const metric of [expired, connections, waiting]) registry.registerMetric(metric);
}
