import {
  errorCodes,
  fromProblem,
  PersistoAuthError,
  PersistoError,
  PersistoNotFoundError,
  PersistoRateLimitError,
  type ErrorCode,
  type ErrorOptions,
} from "@persisto/contract";
import { parseRetryAfter } from "./backoff.js";

/** What an answer said, once its body has been read. */
export interface Answer {
  url: string;
  status: number;
  headers: Headers;
  text: string;
}

/** The error that an answer with an error status stands for: Persisto's own, or what a proxy in between may mean. */
export function responseError(answer: Answer): PersistoError {
  const problem = parseJson(answer.text);
  const retryAfterSeconds = parseRetryAfter(answer.headers.get("retry-after"));
  const requestId = answer.headers.get("x-request-id");
  return (
    fromProblem(withRetryAfter(problem, retryAfterSeconds)) ??
    foreignError(answer, {
      ...(retryAfterSeconds !== undefined && { details: { retryAfterSeconds } }),
      // A proxy may have it of the server.
      ...(requestId !== null && { requestId }),
    })
  );
}

/** The JSON object of an answer that should have these members. @throws PersistoError internal when it has not. */
export function parseAnswer(answer: Answer, members: readonly string[]): Record<string, unknown> {
  const body = parseJson(answer.text);
  if (typeof body === "object" && body !== null && members.every((member) => Object.hasOwn(body, member))) {
    return body as Record<string, unknown>;
  }
  throw new PersistoError(
    "internal",
    `${answer.url} answered ${answer.status}, but not as Persisto does. Is baseUrl the address of a Persisto server?`,
  );
}

/** The header counts when a proxy added it to a problem of ours. */
function withRetryAfter(problem: unknown, retryAfterSeconds: number | undefined): unknown {
  if (typeof problem !== "object" || problem === null || retryAfterSeconds === undefined) return problem;
  return { retry_after: retryAfterSeconds, ...problem };
}

function foreignError({ url, status }: Answer, options: ErrorOptions): PersistoError {
  const message = `${url} answered ${status}, but not as Persisto does. ${adviceFor(status)}`;
  switch (status) {
    case 401:
    case 403:
      return new PersistoAuthError(message, { ...options, code: status === 401 ? "unauthorized" : "forbidden" });
    case 404:
      return new PersistoNotFoundError(message, { ...options, details: { resource: "route" } });
    case 429:
      return new PersistoRateLimitError(message, options);
    default:
      return new PersistoError(codeFor(status), message, options);
  }
}

function adviceFor(status: number): string {
  if (status >= 500) return "A proxy in between may have lost the server; is it running?";
  if (status === 413) return "A proxy in between may allow only smaller requests.";
  return "Is baseUrl the address of a Persisto server?";
}

function codeFor(status: number): ErrorCode {
  if (status === 502 || status === 504) return "unavailable";
  const codes = Object.keys(errorCodes) as ErrorCode[];
  return codes.find((code) => errorCodes[code].status === status) ?? "internal";
}

/** Undefined for what is no JSON: a proxy's page. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
