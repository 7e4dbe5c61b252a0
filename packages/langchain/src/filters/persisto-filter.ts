import type { FilterDate, Filters, JsonScalar } from "@persisto/contract";

/** What can be compared: JSON's scalars, and instants as a `Date` or `{ date: "2026-01-31" }`. */
export type FilterValue = JsonScalar | Date | FilterDate;

/** What can be ordered against. */
type Ordered = number | string | Date | FilterDate;

/** Operators of a key, in the words of PGVectorStore, of MongoDB and of Persisto; of several, all must hold. */
export interface PersistoFilterCondition {
  eq?: FilterValue;
  /** Not equal; true for a missing key. */
  neq?: FilterValue;
  /** As `neq`. */
  ne?: FilterValue;
  in?: readonly JsonScalar[];
  /** None of these; as in SQL false for a missing key and for null. */
  notIn?: readonly JsonScalar[];
  /** None of these; true for a missing key. */
  nin?: readonly JsonScalar[];
  gt?: Ordered;
  gte?: Ordered;
  lt?: Ordered;
  lte?: Ordered;
  exists?: boolean;
  /** A list with at least one of these. */
  arrayContains?: readonly JsonScalar[];
  /** A list with this element. */
  contains?: JsonScalar;
  containsAny?: readonly JsonScalar[];
  containsAll?: readonly JsonScalar[];
  startsWith?: string;
  $eq?: FilterValue;
  /** Not equal; true for a missing key. */
  $ne?: FilterValue;
  $in?: readonly JsonScalar[];
  /** None of these; true for a missing key. */
  $nin?: readonly JsonScalar[];
  $gt?: Ordered;
  $gte?: Ordered;
  $lt?: Ordered;
  $lte?: Ordered;
  $exists?: boolean;
  /** A list with this element. */
  $contains?: JsonScalar;
  /** A list with all of these. */
  $all?: readonly JsonScalar[];
  /** The exact complement: true for a missing key when the condition is false for it. */
  $not?: PersistoFilterCondition;
}

/**
 * Conditions on the metadata of documents, all of which must hold: `{ source: "web", year: { gte: 2024 } }` as for
 * PGVectorStore, `{ year: { $gte: 2024 } }` as for MongoDB, Pinecone and Chroma. Keys are literal, values are compared with
 * their type (`1` is not `"1"`). An unknown operator, an empty condition and `undefined` are errors.
 *
 * `and`, `or` (lists), `not`, and `$and`, `$or`, `$nor` (lists), `$not` combine filters. `$persisto` holds filters in
 * Persisto's own language, which also reach into nested objects: `{ $persisto: { loc: { pageNumber: 3 } } }`.
 */
export interface PersistoFilter {
  [key: string]: FilterValue | PersistoFilterCondition | PersistoFilter | readonly PersistoFilter[] | Filters;
}
