import { invalidInput as invalid } from "@persisto/adapter-kit";
import type { FilterCondition, Filters } from "@persisto/contract";
import type { PersistoFilter } from "./persisto-filter.js";

type Translate = (operand: unknown, place: string) => FilterCondition;

/** What each operator of a key comes to. Missing keys count as the framework that an operator is from has it. */
const operators: Record<string, Translate> = {
  eq: as("eq"),
  neq: as("ne"),
  ne: as("ne"),
  in: as("in"),
  // SQL's NOT IN is never true for NULL, which is what PGVectorStore makes of a missing key and of null.
  notIn: (operand, place) => ({ nin: [...listAt(operand, place), null] as never, exists: true }),
  nin: as("nin"),
  gt: as("gt"),
  gte: as("gte"),
  lt: as("lt"),
  lte: as("lte"),
  exists: as("exists"),
  arrayContains: as("containsAny"),
  contains: as("contains"),
  containsAny: as("containsAny"),
  containsAll: as("containsAll"),
  startsWith: as("startsWith"),
  $eq: as("eq"),
  $ne: as("ne"),
  $in: as("in"),
  $nin: as("nin"),
  $gt: as("gt"),
  $gte: as("gte"),
  $lt: as("lt"),
  $lte: as("lte"),
  $exists: as("exists"),
  $contains: as("contains"),
  $all: as("containsAll"),
};

const lists: Record<string, (filters: Filters[]) => Filters> = {
  and: (filters) => ({ and: filters }),
  or: (filters) => ({ or: filters }),
  $and: (filters) => ({ and: filters }),
  $or: (filters) => ({ or: filters }),
  $nor: (filters) => ({ not: { or: filters } }),
};

/**
 * Filters as a user of LangChain writes them, in Persisto's own language; undefined for a filter without a condition.
 * @throws PersistoValidationError for an unknown operator, naming the place.
 */
export function toFilters(filter: PersistoFilter | undefined): Filters | undefined {
  if (filter === undefined) return undefined;
  const filters = group(filter, "filter");
  return Array.isArray(filters["and"]) && filters["and"].length === 0 ? undefined : filters;
}

/** Both, when there are both. */
export function bothFilters(first: Filters | undefined, second: Filters | undefined): Filters | undefined {
  return first && second ? { and: [first, second] } : (first ?? second);
}

function group(filter: unknown, place: string): Filters {
  if (typeof filter === "function") {
    throw invalid(place, "is a function, which cannot run in a database; write it as an object of conditions");
  }
  if (!isPlainObject(filter)) throw invalid(place, "must be an object of conditions");
  const parts = Object.entries(filter).map(([key, value]) => part(key, value, `${place}.${key}`));
  return parts.length === 1 ? parts[0]! : { and: parts };
}

function part(key: string, value: unknown, place: string): Filters {
  if (Array.isArray(value)) return listed(key, value, place);
  if (key === "$not" || (key === "not" && isPlainObject(value))) return { not: group(value, place) };
  if (key === "$persisto") return value as Filters;
  if (key.startsWith("$")) throw invalid(place, `is no combinator; there are $and, $or, $nor, $not and $persisto`);
  return isPlainObject(value) ? condition(key, value, place) : { [key]: { eq: scalarAt(value, place) } };
}

function listed(key: string, value: readonly unknown[], place: string): Filters {
  const combine = own(lists, key);
  if (!combine) throw invalid(place, "is a list; use { in: [...] } for one of these, arrayContains for lists");
  return combine(value.map((filter, index) => group(filter, `${place}[${index}]`)));
}

function condition(key: string, value: Record<string, unknown>, place: string): Filters {
  const entries = Object.entries(value);
  if (entries.length === 0) throw invalid(place, "has no operator");
  if (isDate(value)) return { [key]: { eq: value as never } };
  const parts = entries.map(([name, operand]): Filters => {
    const at = `${place}.${name}`;
    if (name === "$not") {
      if (!isPlainObject(operand)) throw invalid(at, "must be a condition");
      return { not: condition(key, operand, at) };
    }
    const translate = own(operators, name);
    if (!translate) throw invalid(at, unknownOperator(name));
    return { [key]: translate(operand, at) };
  });
  return parts.length === 1 ? parts[0]! : { and: parts };
}

function as(name: keyof FilterCondition): Translate {
  return (operand, place) => ({ [name]: Array.isArray(operand) ? listAt(operand, place) : scalarAt(operand, place) });
}

/** Persisto checks the rest; what JSON would lose on the way there is refused here. */
function scalarAt(value: unknown, place: string): never {
  if (value === undefined) throw invalid(place, "is undefined; leave the key out, or use { exists: false }");
  return (value instanceof Date ? { date: isoAt(value, place) } : value) as never;
}

function listAt(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(place, "must be a list");
  return value.map((item, index) => scalarAt(item, `${place}[${index}]`));
}

function isoAt(date: Date, place: string): string {
  if (Number.isNaN(date.getTime())) throw invalid(place, "is an invalid Date");
  return date.toISOString();
}

function isDate(value: Record<string, unknown>): boolean {
  return Object.keys(value).length === 1 && typeof value["date"] === "string";
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function own<Value>(table: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function unknownOperator(name: string): string {
  const known = [...Object.keys(operators), "$not"].join(", ");
  return `${JSON.stringify(name)} is no operator; there are ${known}. For keys of nested objects use $persisto`;
}
