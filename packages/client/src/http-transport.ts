import { PersistoError } from "@persisto/contract";
import { backoffMs, longestRetryAfterSeconds } from "./backoff.js";
import type { ResolvedClientOptions } from "./client-options.js";
import { resolveRequestOptions, type RequestOptions, type ResolvedRequestOptions } from "./request-options.js";
import { parseAnswer, responseError, type Answer } from "./response-error.js";
import { startTimeLimit } from "./time-limit.js";

/** One request of the wire. */
export interface WireRequest {
  method: string;
  /** From `/memory` on, percent-encoded, with the query string. */
  path: string;
  body?: Record<string, unknown>;
  /** Whether it changes something: then it is sent with a key, by which the server knows it when it comes again. */
  isWrite: boolean;
  /** Members that the answer must have. */
  expects: readonly string[];
}

/** Sends a request and gives the JSON object it was answered with, in wire names. */
export type HttpTransport = (request: WireRequest, options?: RequestOptions) => Promise<Record<string, unknown>>;

/** What became of one try. */
type Outcome = { answer: Answer } | { error: PersistoError; mayRetry: boolean };

/**
 * A transport that throws the PersistoError a server answered with, and unavailable when none answered.
 * It tries again where that can help, also when no one knows what became of a write: it is done once, whatever its tries.
 */
export function createHttpTransport(client: ResolvedClientOptions): HttpTransport {
  return async (request, given = {}) => {
    const options = resolveRequestOptions(given, client);
    const idempotencyKey = request.isWrite ? (options.idempotencyKey ?? newKey()) : undefined;
    for (let tries = 1; ; tries += 1) {
      const outcome = await send({ ...client, ...options }, request, idempotencyKey);
      if ("answer" in outcome) return parseAnswer(outcome.answer, request.expects);
      const { error, mayRetry } = outcome;
      const retryAfterSeconds = error.details.retryAfterSeconds ?? 0;
      if (!mayRetry || tries > options.maxRetries || retryAfterSeconds > longestRetryAfterSeconds) throw error;
      await sleep(Math.max(backoffMs(tries), retryAfterSeconds * 1_000), options.signal);
    }
  };
}

async function send(
  options: ResolvedClientOptions & ResolvedRequestOptions,
  request: WireRequest,
  idempotencyKey: string | undefined,
): Promise<Outcome> {
  const { apiKey, baseUrl, timeoutMs } = options;
  const { method, path, body } = request;
  const url = `${baseUrl}/v1${path}`;
  options.signal?.throwIfAborted();
  const limit = startTimeLimit(timeoutMs, options.signal);
  try {
    const response = await options.fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${apiKey}`,
        Accept: "application/json",
        ...(body && { "Content-Type": "application/json" }),
        ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
      // Following one would turn a POST into a GET.
      redirect: "manual",
      signal: limit.signal,
    });
    const { status, headers, ok } = response;
    const answer = { url, status, headers, text: await response.text() };
    if (ok) return { answer };
    const error = responseError(answer);
    return { error, mayRetry: mayRetry(status, error) };
  } catch (cause) {
    options.signal?.throwIfAborted();
    // Who has waited that long is told, instead of waiting as long again.
    if (limit.isOver())
      return { error: noAnswer(`No answer from ${url} within ${timeoutMs} ms.`, cause), mayRetry: false };
    return {
      error: noAnswer(`Cannot reach Persisto at ${baseUrl}; is it running?${adviceForPages(baseUrl)}`, cause),
      mayRetry: true,
    };
  } finally {
    limit.clear();
  }
}

/** `crypto.randomUUID` is missing in a browser whose page came by http. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function noAnswer(message: string, cause: unknown): PersistoError {
  return new PersistoError("unavailable", message, { cause });
}

/** A browser does not say why it let nothing through, and to a page of another origin it lets nothing through by itself. */
function adviceForPages(baseUrl: string): string {
  const { location } = globalThis as { location?: { origin?: string } };
  if (!location?.origin || location.origin === new URL(baseUrl).origin) return "";
  return ` And does it let pages of ${location.origin} in (PERSISTO_CORS_ORIGINS)?`;
}

/** @throws the reason of the signal, once it is aborted. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}

/** Not on a provider that failed (502): the server has tried it again already. A proxy says 502, too, when it loses a server. */
function mayRetry(status: number, { code }: PersistoError): boolean {
  return (
    [429, 503].includes(status) || code === "idempotency_in_progress" || (status === 502 && code === "unavailable")
  );
}
