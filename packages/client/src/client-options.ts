import { PersistoValidationError } from "@persisto/contract";

/** How to reach a Persisto server. */
export interface PersistoClientOptions {
  apiKey: string;
  /** With or without `/v1` at the end. Default `http://127.0.0.1:8000`. */
  baseUrl?: string;
  /** Longest wait for one answer. Default 60,000; at most 2,147,483,647, which is 24 days. */
  timeoutMs?: number;
  /** Tries after the first one, where trying again is safe. Default 2; 0 for none. */
  maxRetries?: number;
  /** Another implementation of fetch, e.g. one with a proxy. Default the global one. */
  fetch?: typeof fetch;
}

/** Options with every default filled in. */
export interface ResolvedClientOptions extends Required<PersistoClientOptions> {
  /** Without `/v1` and without a slash at the end. */
  baseUrl: string;
}

/** Longest that a timer can run. */
const maxTimeoutMs = 2 ** 31 - 1;

/** @throws PersistoValidationError naming the option that is wrong, without its value: it may be a secret. */
export function resolveClientOptions(options: PersistoClientOptions): ResolvedClientOptions {
  const { apiKey, baseUrl = "http://127.0.0.1:8000", timeoutMs = 60_000, maxRetries = 2 } = options;
  if (typeof apiKey !== "string" || !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw wrong("apiKey", "must be the key that the server printed on its first start, psto_live_...");
  }
  return {
    apiKey,
    baseUrl: resolveBaseUrl(baseUrl),
    timeoutMs: checkTimeout(timeoutMs),
    maxRetries: checkTries(maxRetries),
    // Called as a method of anything but the global object, a browser's fetch throws.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  };
}

/** In whole milliseconds, which is all that timers take. */
export function checkTimeout(timeoutMs: number): number {
  if (Number.isFinite(timeoutMs) && timeoutMs > 0 && timeoutMs <= maxTimeoutMs) return Math.ceil(timeoutMs);
  throw wrong("timeoutMs", `must be a number above 0 and up to ${maxTimeoutMs}`);
}

export function checkTries(maxRetries: number): number {
  if (Number.isInteger(maxRetries) && maxRetries >= 0) return maxRetries;
  throw wrong("maxRetries", "must be a whole number, 0 or more");
}

function resolveBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw wrong("baseUrl", "must be an address like http://127.0.0.1:8000");
  }
  if (url.username !== "" || url.password !== "") throw wrong("baseUrl", "must not hold a user name or password");
  return (url.origin + url.pathname).replace(/\/+$/, "").replace(/\/v1$/, "");
}

function wrong(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }]);
}
