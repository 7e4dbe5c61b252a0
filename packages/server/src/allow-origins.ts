import cors from "cors";
import type { RequestStep } from "./request-step.js";

/** What pages may send. */
const requestHeaders = [
  "Authorization",
  "Content-Type",
  "Idempotency-Key",
  "X-Request-Id",
  "traceparent",
  "tracestate",
];

/** What pages may read, beside the body. */
const answerHeaders = [
  "X-Request-Id",
  "Retry-After",
  "Idempotent-Replayed",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
];

/** How long a browser need not ask again: the most that Chromium keeps it. */
const maxAgeSeconds = 7_200;

/**
 * Lets pages of other origins ask, `*` for those of all. There is nothing to steal for a page that nobody gave a key or a token: no cookie
 * and no address lets anybody in.
 */
export function allowOrigins(origins: readonly string[]): RequestStep {
  return cors({
    origin: origins.includes("*") ? "*" : [...origins],
    methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: requestHeaders,
    exposedHeaders: answerHeaders,
    maxAge: maxAgeSeconds,
  });
}
