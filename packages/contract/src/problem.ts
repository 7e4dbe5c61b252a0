import {
  errorCodes,
  isPersistoError,
  PersistoAuthError,
  PersistoError,
  PersistoNotFoundError,
  PersistoRateLimitError,
  PersistoValidationError,
  resources,
  type ErrorCode,
  type ErrorOptions,
  type FieldIssue,
  type Resource,
} from "./errors.js";
import { quotaNames } from "./usage.js";
import { camelCase, isOpaque, snakeCase } from "./wire.js";

/** An error on the wire: RFC 9457 problem details with Persisto's extension members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  request_id: string;
  /** The fields of a validation error, in wire names. */
  errors?: FieldIssue[];
  resource?: string;
  /** The quota that is used up, in wire names. */
  quota?: string;
  retry_after?: number;
  /** Whether a write may have been done all the same. */
  outcome_unknown?: boolean;
}

/** The problem document of an error. Field names become the wire's. */
export function toProblem(error: PersistoError, requestId: string): Problem {
  const wire = error.details.issues === undefined ? error : renameFields(error, error.details.issues, snakeCase);
  const { issues, resource, quota, retryAfterSeconds, outcomeUnknown } = wire.details;
  return {
    type: `urn:persisto:error:${wire.code}`,
    title: errorCodes[wire.code].title,
    status: wire.status,
    code: wire.code,
    detail: wire.message,
    request_id: requestId,
    ...(issues && { errors: issues }),
    ...(resource && { resource }),
    ...(quota && { quota: snakeCase(quota) }),
    ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
    ...(outcomeUnknown && { outcome_unknown: outcomeUnknown }),
  };
}

/** The error a problem document was made of; null when the value is no problem of Persisto's. */
export function fromProblem(value: unknown): PersistoError | null {
  if (!isProblem(value)) return null;
  const quota = quotaNames.find((name) => snakeCase(name) === value.quota);
  const options: ErrorOptions = {
    ...(typeof value.request_id === "string" && { requestId: value.request_id }),
    details: {
      ...(isResource(value.resource) && { resource: value.resource }),
      ...(quota && { quota }),
      ...(typeof value.retry_after === "number" && { retryAfterSeconds: value.retry_after }),
      ...(value.outcome_unknown === true && { outcomeUnknown: true }),
    },
  };
  switch (value.code) {
    case "unauthorized":
    case "forbidden":
      return new PersistoAuthError(value.detail, { ...options, code: value.code });
    case "not_found":
      return new PersistoNotFoundError(value.detail, options);
    case "rate_limited":
      return new PersistoRateLimitError(value.detail, options);
    case "invalid_input":
    case "too_large":
    case "unprocessable": {
      const issues = wellFormedIssues(value.errors) ?? [{ field: "", message: value.detail }];
      return renameFields(new PersistoValidationError(issues, { ...options, code: value.code }), issues, camelCase);
    }
    default:
      return new PersistoError(value.code, value.detail, options);
  }
}

/**
 * Runs a call whose input has a field of another name on the other side. Of a validation error it throws,
 * the field `from`, and what is inside it, is called `to`; anything else passes unchanged.
 */
export async function withFieldRenamed<Result>(
  { from, to }: { from: string; to: string },
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!isPersistoError(error) || error.details.issues === undefined) throw error;
    throw renameFields(error, error.details.issues, (name) =>
      name.replace(/^[^[]*/, (step) => (step === from ? to : step)),
    );
  }
}

function renameFields(
  error: PersistoError,
  issues: readonly FieldIssue[],
  rename: (name: string) => string,
): PersistoError {
  const code = error.code === "invalid_input" || error.code === "too_large" ? error.code : "unprocessable";
  const renamed = issues.map(({ field, message }) => ({ field: renamePath(field, rename), message }));
  return new PersistoValidationError(renamed, {
    code,
    details: error.details,
    retryable: error.retryable,
    cause: error.cause,
    ...(error.requestId !== undefined && { requestId: error.requestId }),
  });
}

/** `memories[0].ttlSeconds` -> `memories[0].ttl_seconds`; keys inside metadata and filters are the user's. */
function renamePath(path: string, rename: (name: string) => string): string {
  const segments = path.split(".");
  const opaque = segments.findIndex((segment) => isOpaque(segment.replace(/\[.*$/, "")));
  const ours = opaque === -1 ? segments.length : opaque;
  return segments.map((segment, index) => (index <= ours ? rename(segment) : segment)).join(".");
}

/** Null when there are none. */
function wellFormedIssues(errors: unknown): FieldIssue[] | null {
  const issues = Array.isArray(errors) ? errors.filter(isIssue) : [];
  return issues.length === 0 ? null : issues;
}

function isIssue(value: unknown): value is FieldIssue {
  if (typeof value !== "object" || value === null) return false;
  const { field, message } = value as Partial<FieldIssue>;
  return typeof field === "string" && typeof message === "string";
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const { code, detail } = value as Partial<Problem>;
  return typeof code === "string" && Object.hasOwn(errorCodes, code) && typeof detail === "string";
}

function isResource(value: unknown): value is Resource {
  return resources.some((resource) => resource === value);
}
