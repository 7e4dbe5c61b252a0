import type { Response } from "express";
import { isPersistoError, PersistoError, toProblem, type ErrorCode } from "@persisto/contract";

/** What Retry-After says when the error does not know, in seconds. */
const defaultRetryAfterSeconds: Partial<Record<ErrorCode, number>> = {
  idempotency_in_progress: 1,
  rate_limited: 1,
  unavailable: 1,
};

/** Answers with the problem document of an error. */
export function sendProblem(response: Response, error: PersistoError, requestId: string): void {
  if (error.code === "unauthorized") response.set("WWW-Authenticate", "Bearer");
  const retryAfterSeconds = error.details.retryAfterSeconds ?? defaultRetryAfterSeconds[error.code];
  if (retryAfterSeconds !== undefined) response.set("Retry-After", String(Math.ceil(retryAfterSeconds)));
  response
    .status(error.status)
    .type("application/problem+json")
    .send(JSON.stringify(toProblem(error, requestId)));
}

/**
 * Any error as one of Persisto's. What Express says about a request (a path that cannot be decoded)
 * is the sender's mistake; everything else unknown is ours, and its details are for the log alone.
 */
export function toPersistoError(error: unknown): PersistoError {
  // Internal errors of the engine may quote Postgres.
  if (isPersistoError(error) && error.code !== "internal") return error;
  if (isClientError(error)) {
    return new PersistoError("invalid_input", "The request cannot be read; check the path's percent escapes.", {
      cause: error,
    });
  }
  return new PersistoError(
    "internal",
    "Something went wrong inside Persisto. The log has more under this request id.",
    {
      cause: error,
    },
  );
}

/** Errors of Express and its parts carry the HTTP status they ask for. */
function isClientError(error: unknown): boolean {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  return typeof status === "number" && status >= 400 && status < 500;
}
