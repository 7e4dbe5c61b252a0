import type { FilterDate, FilterOperand, Filters } from "./filter.js";
import { filterTree, isObject, type FilterNode, type FilterTest } from "./filter-tree.js";
import { instantOf } from "./instant-of.js";
import type { JsonScalar, JsonValue, Metadata } from "./json.js";

/**
 * Whether metadata meets filters: what filters mean, in plain TypeScript. Every implementation of Memory keeps
 * exactly the records for which this is true. The filters must be valid.
 */
export function matchesFilters(filters: Filters, metadata: Metadata): boolean {
  return filterPredicate(filters)(metadata);
}

/** The same for many records: the filters are read once. */
export function filterPredicate(filters: Filters): (metadata: Metadata) => boolean {
  const tree = filterTree(filters);
  return (metadata) => holds(tree, metadata);
}

function holds(node: FilterNode, metadata: Metadata): boolean {
  switch (node.kind) {
    case "all":
      return node.nodes.every((each) => holds(each, metadata));
    case "any":
      return node.nodes.some((each) => holds(each, metadata));
    case "not":
      return !holds(node.node, metadata);
    case "test": {
      const value = valueAt(metadata, node.path);
      return value !== undefined && passes(value, node);
    }
  }
}

function valueAt(metadata: Metadata, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    metadata,
  );
}

function passes(value: JsonValue, test: FilterTest): boolean {
  switch (test.operator) {
    case "eq":
      return isDate(test.operand) ? order(value, test.operand) === 0 : value === test.operand;
    case "in":
      return test.operand.some((operand) => value === operand);
    case "gt":
      return order(value, test.operand) > 0;
    case "gte":
      return order(value, test.operand) >= 0;
    case "lt":
      return order(value, test.operand) < 0;
    case "lte":
      return order(value, test.operand) <= 0;
    case "exists":
      return true;
    case "contains":
      return has(value, test.operand);
    case "containsAny":
      return test.operand.some((operand) => has(value, operand));
    case "containsAll":
      return Array.isArray(value) && test.operand.every((operand) => has(value, operand));
    case "startsWith":
      return typeof value === "string" && value.startsWith(test.operand);
  }
}

function isDate(operand: JsonScalar | FilterDate): operand is FilterDate {
  return typeof operand === "object" && operand !== null;
}

function has(value: JsonValue, element: JsonScalar): boolean {
  return Array.isArray(value) && value.includes(element);
}

/** Below, at or above 0 as the value is below, at or above the operand; NaN, for which no comparison holds, when they have no order. */
function order(value: JsonValue, operand: FilterOperand): number {
  if (typeof operand === "number") return typeof value === "number" ? value - operand : Number.NaN;
  if (typeof value !== "string") return Number.NaN;
  return typeof operand === "string" ? orderByCodePoint(value, operand) : orderByTime(value, operand);
}

function orderByTime(value: string, { date }: FilterDate): number {
  const [left, right] = [instantOf(value), instantOf(date)];
  return left === null || right === null ? Number.NaN : Number(left - right);
}

/** As Postgres orders UTF-8 by its bytes; `<` would order by UTF-16 units, where U+FFFD is above U+1F600. */
function orderByCodePoint(left: string, right: string): number {
  for (let index = 0; index < left.length && index < right.length; index += 1) {
    const difference = rankOfUnit(left.charCodeAt(index)) - rankOfUnit(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all others. */
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
