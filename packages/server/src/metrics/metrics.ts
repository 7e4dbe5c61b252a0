import { setTimeout as pause } from "node:timers/promises";
import type { Embedder, Reranker } from "@persisto/contract";
import { counter, gauge, histogram, readCounter, toPrometheusText, type Metric } from "./instruments.js";
import { processMetrics } from "./process-metrics.js";
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
  /** Has an engine's own numbers told too. */
  observeEngine(stats: () => EngineStats): void;
}

/** Upper edges in seconds: a search takes some milliseconds, a large save or a slow model seconds. */
const secondEdges = [0.01, 0.05, 0.25, 1, 5];

/** Starts to measure: some 300 series when every route has been asked, none of them by project, key or namespace. */
export function createMetrics({ version }: { version: string }): Metrics {
  const durations = histogram(
    {
      name: "persisto_http_request_duration_seconds",
      help: "Requests by how long they took until they were answered.",
    },
    secondEdges,
  );
  const problems = counter(
    { name: "persisto_http_problems_total", help: "Requests that were refused or failed, by the code of the error." },
    { isLabelled: true },
  );
  const queries = counter({ name: "persisto_queries_total", help: "Queries answered." });
  const saved = counter({ name: "persisto_memories_saved_total", help: "Memories saved." });
  const modelCalls = histogram(
    { name: "persisto_model_call_duration_seconds", help: "Calls of the embedder and the reranker." },
    secondEdges,
  );
  let underWay = 0;
  const metrics: Metric[] = [
    gauge({ name: "persisto_build_info", help: "Which Persisto this is; always 1." }, () => [
      { labels: { version, node: process.versions.node }, value: 1 },
    ]),
    durations,
    gauge({ name: "persisto_http_requests_under_way", help: "Requests that wait for their answer." }, () => underWay),
    problems,
    queries,
    saved,
    modelCalls,
    ...processMetrics(),
  ];

  const timed = async <Result>(model: "embedder" | "reranker", call: () => Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    let outcome = "failed";
    try {
      const result = await call();
      outcome = "ok";
      return result;
    } finally {
      modelCalls.observe((performance.now() - startedAt) / 1_000, { model, outcome });
    }
  };

  return {
    async text() {
      // A scrape that came while the event loop was held is read before its timers run: the delay would not be in it,
      // and be forgotten by it.
      await pause(1);
      return toPrometheusText(metrics);
    },
    requestStarted: () => void (underWay += 1),
    requestEnded({ route, method, status, isAborted, code, seconds }) {
      underWay -= 1;
      const statusClass = isAborted ? "aborted" : `${Math.floor(status / 100)}xx`;
      durations.observe(seconds, { ...routeLabel(route, method), status: statusClass });
      if (code !== undefined) problems.add(1, { code });
    },
    queryDone: () => queries.add(),
    memoriesSaved: (count) => saved.add(count),
    observeEmbedder: (embedder) => ({
      ...embedder,
      embed: (texts, options) => timed("embedder", () => embedder.embed(texts, options)),
    }),
    observeReranker: (reranker) => ({
      ...reranker,
      rerank: (query, passages, options) => timed("reranker", () => reranker.rerank(query, passages, options)),
    }),
    observeEngine: (stats) => void metrics.push(...engineMetrics(stats)),
  };
}

function engineMetrics(stats: () => EngineStats): Metric[] {
  return [
    readCounter(
      { name: "persisto_expired_memories_removed_total", help: "Expired memories removed from the disk." },
      () => stats().expiredRemoved,
    ),
    gauge(
      { name: "persisto_database_connections", help: "Connections to Postgres; none with the embedded one." },
      () => {
        const { connections } = stats();
        if (connections === null) return [];
        return [
          { labels: { state: "busy" }, value: connections.open - connections.idle },
          { labels: { state: "idle" }, value: connections.idle },
        ];
      },
    ),
    gauge({ name: "persisto_database_waiting", help: "Callers that wait for a connection to Postgres." }, () => {
      const { connections } = stats();
      return connections === null ? [] : [{ value: connections.waiting }];
    }),
  ];
}
