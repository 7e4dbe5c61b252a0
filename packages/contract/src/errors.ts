import type { QuotaName } from "./usage.js";

/** Every code an error of Persisto can have, with its HTTP status and whether trying again can help. */
export const errorCodes = {
  invalid_input: { status: 400, retryable: false, title: "Invalid input" },
  unauthorized: { status: 401, retryable: false, title: "Unauthorized" },
  forbidden: { status: 403, retryable: false, title: "Forbidden" },
  quota_exceeded: { status: 403, retryable: false, title: "Quota used up" },
  not_found: { status: 404, retryable: false, title: "Not found" },
  conflict: { status: 409, retryable: false, title: "Conflict" },
  idempotency_in_progress: { status: 409, retryable: true, title: "Request under way" },
  too_large: { status: 413, retryable: false, title: "Too large" },
  unprocessable: { status: 422, retryable: false, title: "Unprocessable input" },
  idempotency_mismatch: { status: 422, retryable: false, title: "Idempotency key of another request" },
  rate_limited: { status: 429, retryable: true, title: "Too many requests" },
  internal: { status: 500, retryable: false, title: "Internal error" },
  embedder_failed: { status: 502, retryable: true, title: "Embedder failed" },
  reranker_failed: { status: 502, retryable: true, title: "Reranker failed" },
  unavailable: { status: 503, retryable: true, title: "Unavailable" },
} as const;

/** A stable name for what went wrong. */
export type ErrorCode = keyof typeof errorCodes;

/** One thing wrong with an input. */
export interface FieldIssue {
  /** Where, e.g. `metadata.tags[0]`; empty for the input as a whole. */
  field: string;
  message: string;
}

/** What can be not found. */
export const resources = ["memory", "namespace", "route", "organisation", "project", "key"] as const;

/** One of the things that can be not found. */
export type Resource = (typeof resources)[number];

/** More about an error than its message; each code fills what it knows. */
export interface ErrorDetails {
  /** What is wrong with the input, for validation errors. */
  issues?: FieldIssue[];
  /** What was not found. */
  resource?: Resource;
  /** Which quota is used up. */
  quota?: QuotaName;
  /** Seconds to wait before trying again. */
  retryAfterSeconds?: number;
  /**
   * True when the answer of the database was lost: a write may have been done all the same. Sent again with the same
   * Idempotency-Key, as PersistoClient does, it is done once. Absent when it is known that nothing was done.
   */
  outcomeUnknown?: boolean;
}

/** What an error can be made with besides code and message. */
export interface ErrorOptions {
  details?: ErrorDetails;
  /** Overrides what the code says. */
  retryable?: boolean;
  /** The server's id of the request, for its logs. */
  requestId?: string;
  cause?: unknown;
}

const marker = Symbol.for("persisto.error");

/** The one error class of Persisto. Branch on `code`, or catch a subclass. */
export class PersistoError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly details: ErrorDetails;
  readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.status = errorCodes[code].status;
    this.retryable = options.retryable ?? errorCodes[code].retryable;
    this.details = options.details ?? {};
    this.requestId = options.requestId;
    Object.defineProperty(this, marker, { value: true });
  }
}

/** No API key, a malformed one, or one that may not do this. */
export class PersistoAuthError extends PersistoError {
  constructor(message: string, options: ErrorOptions & { code?: "unauthorized" | "forbidden" } = {}) {
    super(options.code ?? "unauthorized", message, options);
  }
}

/** A memory, namespace or route that does not exist. */
export class PersistoNotFoundError extends PersistoError {
  constructor(message: string, options: ErrorOptions = {}) {
    super("not_found", message, options);
  }
}

/** Too many requests; `details.retryAfterSeconds` says how long to wait. */
export class PersistoRateLimitError extends PersistoError {
  constructor(message: string, options: ErrorOptions = {}) {
    super("rate_limited", message, options);
  }
}

/** Input that breaks a rule; `details.issues` names each field. */
export class PersistoValidationError extends PersistoError {
  constructor(
    issues: readonly FieldIssue[],
    options: ErrorOptions & { code?: "invalid_input" | "too_large" | "unprocessable" } = {},
  ) {
    super(options.code ?? "unprocessable", describeIssues(issues), {
      ...options,
      details: { ...options.details, issues: [...issues] },
    });
  }
}

function describeIssues(issues: readonly FieldIssue[]): string {
  return issues.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)).join("; ");
}

/** Whether a value is an error of Persisto, also one thrown by another copy of this package. */
export function isPersistoError(value: unknown): value is PersistoError {
  return value instanceof Error && marker in value;
}
