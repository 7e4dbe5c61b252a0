import { isPersistoError, PersistoError } from "@persisto/contract";
import { retryAfterSeconds } from "./retry-after.js";

/** What a message may name. */
export interface OpenAIErrorContext {
  /** Host and port of the server. */
  host: string;
  model: string;
  /** Given when the time ran out. */
  timeoutMs: number | undefined;
}

/** The answer inside an error of the `openai` package. */
interface FailedAnswer {
  readonly status: number;
  readonly code?: unknown;
  readonly headers?: unknown;
}

interface Verdict {
  readonly problem: string;
  readonly retryable: boolean;
}

/**
 * An error of a call to an OpenAI-compatible server as embedder_failed with a remedy. The cause is left out and its
 * message not repeated: a server's answer may quote the key or the texts.
 */
export function toEmbedderError(error: unknown, { host, model, timeoutMs }: OpenAIErrorContext): PersistoError {
  if (isPersistoError(error)) return error;
  if (timeoutMs !== undefined) {
    return failed(`${host} gave no vectors within ${timeoutMs} ms; try again later or raise timeoutMs.`, true);
  }
  if (isFailedAnswer(error)) {
    const { problem, retryable } = judge(error, model);
    const wait = retryable && error.headers instanceof Headers ? retryAfterSeconds(error.headers) : undefined;
    return failed(`${host} answered ${error.status}: ${problem}`, retryable, wait);
  }
  if (error instanceof SyntaxError)
    return failed(`${host} sent JSON that is cut off or broken; try again later.`, true);
  const code = systemCode(error);
  return failed(`Cannot reach ${host}${code === undefined ? "" : ` (${code})`}; is it running?`, true);
}

function judge({ status, code }: FailedAnswer, model: string): Verdict {
  if (status === 401 || status === 403) {
    return { problem: `the API key is wrong or may not use ${model}; check apiKey.`, retryable: false };
  }
  if (status === 404) return { problem: `it has no model ${model}; check model and baseUrl.`, retryable: false };
  if (status === 429 && code === "insufficient_quota") {
    return { problem: "the account has no credit left; check its plan and billing.", retryable: false };
  }
  if (status === 429) return { problem: "too many requests; try again later.", retryable: true };
  if (status === 408 || status === 409 || status >= 500) {
    return { problem: "it cannot serve now; try again later.", retryable: true };
  }
  return { problem: `it refuses the request; is ${model} an embedding model, for texts this long?`, retryable: false };
}

function failed(message: string, retryable: boolean, waitSeconds?: number): PersistoError {
  const details = waitSeconds === undefined ? {} : { retryAfterSeconds: Math.ceil(waitSeconds) };
  return new PersistoError("embedder_failed", message, { retryable, details });
}

function isFailedAnswer(error: unknown): error is FailedAnswer {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}

/** The ECONNREFUSED or its like at the bottom of a failed fetch. */
function systemCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(cause.code)) return cause.code;
  }
  return undefined;
}
