import type { FilterCondition, Filters } from "./filter.js";
import type { JsonScalar, JsonValue } from "./json.js";

/** Filters as those who evaluate them read them: shorthand written out, negated and nested forms taken apart. */
export type FilterNode =
  | { readonly kind: "all" | "any"; readonly nodes: readonly FilterNode[] }
  | { readonly kind: "not"; readonly node: FilterNode }
  | FilterTest;

/** One test of the value at a path of keys through objects; false where the path leads to nothing. */
export type FilterTest = { [Name in TestOperator]: TestOf<Name> }[TestOperator];

interface TestOf<Name extends TestOperator> {
  readonly kind: "test";
  readonly path: readonly string[];
  readonly operator: Name;
  readonly operand: Operand<Name>;
}

type Operator = keyof FilterCondition;
type Operand<Name extends Operator> = Required<FilterCondition>[Name];
type TestOperator = Exclude<Operator, "ne" | "nin" | "between">;
type Path = readonly string[];

/** The tree of filters, which must be valid. */
export function filterTree(filters: Filters): FilterNode {
  return toGroup(filters, []);
}

/** What each operator comes to. */
const operators: { [Name in Operator]: (path: Path, operand: Operand<Name>) => FilterNode } = {
  eq: test("eq"),
  ne: (path, operand) => not(operators.eq(path, operand)),
  in: test("in"),
  nin: (path, operand) => not(operators.in(path, operand)),
  gt: test("gt"),
  gte: test("gte"),
  lt: test("lt"),
  lte: test("lte"),
  between: (path, [low, high]) => all([operators.gte(path, low), operators.lte(path, high)]),
  exists: (path, exists) => (exists ? test("exists")(path, true) : not(test("exists")(path, true))),
  contains: test("contains"),
  containsAny: test("containsAny"),
  containsAll: test("containsAll"),
  startsWith: test("startsWith"),
};

/** The names of all operators. */
export const operatorNames = Object.keys(operators) as readonly Operator[];

/** Whether a name below a key is an operator's. */
export function isOperator(name: string): name is Operator {
  return Object.hasOwn(operators, name);
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toGroup(filters: Filters, path: Path): FilterNode {
  return all(Object.entries(filters).map(([key, value]) => toNode(key, value, path)));
}

function toNode(key: string, value: Filters[string], path: Path): FilterNode {
  if (isList(value)) {
    const nodes = value.map((filters) => toGroup(filters, path));
    return key === "or" ? { kind: "any", nodes } : all(nodes);
  }
  if (isScalar(value)) return operators.eq([...path, key], value);
  if (key === "not") return not(toGroup(value as Filters, path));
  return isCondition(value) ? toTests(value, [...path, key]) : toGroup(value, [...path, key]);
}

function toTests(condition: FilterCondition, path: Path): FilterNode {
  const entries = Object.entries(condition) as [Operator, never][];
  return all(entries.map(([name, operand]) => operators[name](path, operand)));
}

/** Of valid filters only `and` and `or` hold lists. */
function isList(value: Filters[string]): value is readonly Filters[] {
  return Array.isArray(value);
}

function isScalar(value: FilterCondition | Filters | JsonScalar): value is JsonScalar {
  return !isObject(value);
}

function isCondition(value: FilterCondition | Filters): value is FilterCondition {
  return Object.keys(value).every(isOperator);
}

function test<Name extends TestOperator>(operator: Name): (path: Path, operand: Operand<Name>) => FilterNode {
  // Each name with its own operand, which the compiler cannot see through the type parameter.
  return (path, operand) => ({ kind: "test", path, operator, operand }) as TestOf<Name> as FilterTest;
}

function not(node: FilterNode): FilterNode {
  return { kind: "not", node };
}

/** Flat, so that equalities of several levels can be tested together. */
function all(nodes: readonly FilterNode[]): FilterNode {
  const flat = nodes.flatMap((node) => (node.kind === "all" ? node.nodes : [node]));
  return flat.length === 1 ? flat[0]! : { kind: "all", nodes: flat };
}
