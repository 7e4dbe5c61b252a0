import { findJsonIssue, PersistoValidationError, snakeCase, toWire } from "@persisto/contract";

const parameterTypes: Readonly<Record<string, "string" | "number" | "boolean" | "json">> = {
  namespace: "string",
  filters: "json",
  limit: "number",
  cursor: "string",
  order: "string",
  withTotal: "boolean",
  withPassages: "boolean",
  startDate: "string",
  endDate: "string",
  from: "string",
  to: "string",
  by: "string",
  key: "string",
  perKey: "boolean",
  project: "string",
  organisation: "string",
};

/**
 * An input as a body: what JSON would drop or bend on its way (NaN, dates, lone surrogates) is refused
 * as the engine refuses it, everything else is left to the server. @throws PersistoValidationError.
 */
export function toBody(input: object): Record<string, unknown> {
  checkInput(input);
  return toWire(input);
}

/**
 * An input as a query string with its question mark, or nothing. The types are checked here because
 * text on the wire has none. @throws PersistoValidationError.
 */
export function toQueryString(input: object): string {
  checkInput(input);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) {
    const type = Object.hasOwn(parameterTypes, name) ? parameterTypes[name] : undefined;
    if (type === undefined) throw invalid(name, "unknown field");
    if (value === undefined) continue;
    if (type !== "json" && typeof value !== type) throw invalid(name, `must be a ${type}`);
    search.set(snakeCase(name), type === "json" ? JSON.stringify(value) : String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

/** @throws PersistoValidationError when the input is no object of JSON values, or has one of the `unknown` fields. */
export function checkInput(input: unknown, unknown: readonly string[] = []): void {
  if (typeof input !== "object" || input === null || Array.isArray(input)) throw invalid("", "must be an object");
  const issue = findJsonIssue(input);
  if (issue) throw new PersistoValidationError([issue]);
  const field = unknown.find((name) => Object.hasOwn(input, name));
  if (field !== undefined) throw invalid(field, "unknown field");
  if ("filters" in input && input.filters !== undefined) checkFilters(input.filters, "filters");
}

/** JSON drops undefined, and a filter with a condition less finds more, or deletes more. */
function checkFilters(value: unknown, field: string): void {
  if (value === undefined) throw invalid(field, "must not be undefined");
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    checkFilters(item, Array.isArray(value) ? `${field}[${key}]` : `${field}.${key}`);
  }
}

function invalid(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }]);
}
