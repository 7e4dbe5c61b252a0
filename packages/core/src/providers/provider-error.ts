import { isPersistoError, PersistoError } from "@persisto/contract";
import { retryAfterSeconds } from "./retry-after.js";

/** Whom an error is about, as far as a message may name it. */
export interface Provider {
  /** Code of its errors. */
  code: "embedder_failed" | "reranker_failed";
  /** Host and port of the server, or another name for it. */
  host: string;
  model: string;
}

/** The answer inside an error, as the `openai` package throws it. */
interface FailedAnswer extends Error {
  readonly status: number;
  readonly code?: unknown;
  readonly headers?: unknown;
}

interface Verdict {
  readonly problem: string;
  readonly retryable: boolean;
}

const words = {
  embedder_failed: { yields: "vectors", model: "an embedding model" },
  reranker_failed: { yields: "scores", model: "a reranking model" },
} as const;

/**
 * An error of a call to a provider as one of Persisto's with a remedy. The cause is left out and its message not
 * repeated: a server's answer may quote the key or the texts.
 */
export function toProviderError(error: unknown, provider: Provider): PersistoError {
  if (isPersistoError(error)) return error;
  const { host } = provider;
  if (isFailedAnswer(error)) {
    const { problem, retryable } = judge(error, provider);
    const wait = retryable && error.headers instanceof Headers ? retryAfterSeconds(error.headers) : undefined;
    return failed(provider, { problem: `${host} answered ${error.status}: ${problem}`, retryable }, wait);
  }
  if (error instanceof SyntaxError) {
    const problem = `${host} sent JSON that is cut off or broken; try again later.`;
    return failed(provider, { problem, retryable: true });
  }
  const code = systemCode(error);
  const problem = `Cannot reach ${host}${code === undefined ? "" : ` (${code})`}; is it running?`;
  return failed(provider, { problem, retryable: true });
}

/** The error of a provider that was given up after `timeoutMs`. */
export function tooSlow(provider: Provider, timeoutMs: number): PersistoError {
  const what = words[provider.code].yields;
  const problem = `${provider.host} gave no ${what} within ${timeoutMs} ms; try again later or raise timeoutMs.`;
  return failed(provider, { problem, retryable: true });
}

function judge({ status, code }: FailedAnswer, provider: Provider): Verdict {
  const { model } = provider;
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
  const kind = words[provider.code].model;
  return { problem: `it refuses the request; is ${model} ${kind}, for texts this long?`, retryable: false };
}

function failed({ code }: Provider, { problem, retryable }: Verdict, waitSeconds?: number): PersistoError {
  const details = waitSeconds === undefined ? {} : { retryAfterSeconds: Math.ceil(waitSeconds) };
  return new PersistoError(code, problem, { retryable, details });
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
