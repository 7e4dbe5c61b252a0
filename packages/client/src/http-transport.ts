import { PersistoError } from "@persisto/contract";
import { backoffMs, longestRetryAfterSeconds } from "./backoff.js";
import type { ResolvedClientOptions } from "./client-options.js";
import { parseAnswer, responseError, type Answer } from "./response-error.js";

/** One request of the wire. */
export interface WireRequest {
  method: string;
  /** From `/memory` on, percent-encoded, with the query string. */
  path: string;
  body?: Record<string, unknown>;
  /** Whether doing it twice comes to the same, so that it may be sent again when no one knows what became of it. */
  isRepeatable: boolean;
  /** Members that the answer must have. */
  expects: readonly string[];
}

/** Sends a request and gives the JSON object it was answered with, in wire names. */
export type HttpTransport = (request: WireRequest) => Promise<Record<string, unknown>>;

/** What became of one try. */
type Outcome = { answer: Answer } | { error: PersistoError; mayRetry: boolean };

/**
 * A transport that throws the PersistoError a server answered with, and unavailable when none answered.
 * It tries again after 429, which says that nothing was done; what is repeatable also after 503 (the server may
 * have lost its database halfway) and after a lost connection.
 */
export function createHttpTransport(options: ResolvedClientOptions): HttpTransport {
  return async (request) => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await send(options, request);
      if ("answer" in outcome) return parseAnswer(outcome.answer, request.expects);
      const { error, mayRetry } = outcome;
      const retryAfterSeconds = error.details.retryAfterSeconds ?? 0;
      if (!mayRetry || tries > options.maxRetries || retryAfterSeconds > longestRetryAfterSeconds) throw error;
      await sleep(Math.max(backoffMs(tries), retryAfterSeconds * 1_000));
    }
  };
}

async function send(options: ResolvedClientOptions, request: WireRequest): Promise<Outcome> {
  const { apiKey, baseUrl, timeoutMs } = options;
  const { method, path, body } = request;
  const url = `${baseUrl}/v1${path}`;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await options.fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${apiKey}`,
        Accept: "application/json",
        ...(body && { "Content-Type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
      // Following one would turn a POST into a GET.
      redirect: "manual",
      signal,
    });
    const { status, headers, ok } = response;
    const answer = { url, status, headers, text: await response.text() };
    return ok
      ? { answer }
      : { error: responseError(answer), mayRetry: status === 429 || (status === 503 && request.isRepeatable) };
  } catch (cause) {
    // Who has waited that long is told, instead of waiting as long again.
    if (signal.aborted)
      return { error: noAnswer(`No answer from ${url} within ${timeoutMs} ms.`, cause), mayRetry: false };
    return {
      error: noAnswer(`Cannot reach Persisto at ${baseUrl}; is it running?`, cause),
      mayRetry: request.isRepeatable,
    };
  }
}

function noAnswer(message: string, cause: unknown): PersistoError {
  return new PersistoError("unavailable", message, { cause });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
