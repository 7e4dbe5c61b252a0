import express, { type Express, type Response } from "express";
import { prometheusContentType } from "prom-client";
import type { Metrics } from "./metrics.js";

/** Answers with everything that is measured. */
export async function sendMetrics(response: Response, metrics: Metrics): Promise<void> {
  const text = await metrics.text();
  response.setHeader("Content-Type", prometheusContentType);
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.end(text);
}

/** `/metrics` and nothing else, without a key: for a port that only Prometheus reaches. */
export function createMetricsApp(metrics: Metrics): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").disable("query parser");
  app.get("/metrics", async (_request, response) => {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    await sendMetrics(response, metrics);
  });
  app.use((_request, response) => void response.status(404).type("text/plain").send("Only /metrics is here.\n"));
  return app;
}
