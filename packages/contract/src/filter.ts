import type { JsonScalar } from "./json.js";

/**
 * Conditions on metadata, all of which must hold. A key stands for itself and holds one of
 * - a scalar, which the value must equal: `{ source: "profile" }`;
 * - a condition, an object of operators: `{ year: { gte: 2024, lt: 2026 } }`;
 * - filters on the object below that key: `{ address: { city: "Rome" } }`.
 *
 * `and` and `or` with a list of filters and `not` with filters combine them, beside keys or alone. An empty `and`
 * is true, an empty `or` false. On a missing key every operator is false except `ne`, `nin` and `exists: false`.
 */
export interface Filters {
  [key: string]: JsonScalar | FilterCondition | Filters | readonly Filters[];
}

/** What must hold for one value of the metadata; of several operators, all. */
export interface FilterCondition {
  /** The same JSON scalar, of the same type, or the same instant. */
  eq?: JsonScalar | FilterDate;
  /** Not `eq`; true for a missing key. */
  ne?: JsonScalar | FilterDate;
  /** Equal to one of these. */
  in?: readonly JsonScalar[];
  /** Not `in`; true for a missing key. */
  nin?: readonly JsonScalar[];
  /** Above: numbers by value, strings by code point, instants by time. False for a value of another type. */
  gt?: FilterOperand;
  gte?: FilterOperand;
  lt?: FilterOperand;
  lte?: FilterOperand;
  /** From the first to the second, both included. */
  between?: readonly [number, number] | readonly [string, string] | readonly [FilterDate, FilterDate];
  /** Whether the key is there, also with null. */
  exists?: boolean;
  /** A list with this element. */
  contains?: JsonScalar;
  /** A list with at least one of these elements. */
  containsAny?: readonly JsonScalar[];
  /** A list with all of these elements. */
  containsAll?: readonly JsonScalar[];
  /** A string that begins with exactly this text. */
  startsWith?: string;
}

/** What values can be ordered against. */
export type FilterOperand = number | string | FilterDate;

/**
 * An instant: compares with metadata strings that are dates, and with nothing else. A date is `2026-01-31` (midnight
 * UTC) or `2026-01-31T12:00Z`, with seconds and up to nine digits of fraction, and with `Z` or an offset like `+02:00`.
 */
export interface FilterDate {
  date: string;
}
