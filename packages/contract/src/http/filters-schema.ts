import { z } from "zod";
import type { FilterCondition, Filters } from "../filter.js";
import { filterTree, isObject, isOperator, type FilterNode } from "../filter-tree.js";
import { instantOf, instantPattern } from "../instant-of.js";
import type { JsonScalar } from "../json.js";
import { limits } from "../limits.js";
import { filtersJsonSchema } from "./filters-json-schema.js";
import { refuseLargeJson } from "./refuse-large-json.js";

const scalarSchema: z.ZodType<JsonScalar, JsonScalar> = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: "must be a string, number, boolean or null",
});

const scalarsSchema = z
  .array(scalarSchema, "must be a list of strings, numbers, booleans or nulls")
  .max(limits.filterListLength, `must hold at most ${limits.filterListLength} values`);

const wrongDate = "must be a date such as 2026-01-31 or 2026-01-31T12:00:00Z";

const dateSchema = z.strictObject({
  date: z
    .string(wrongDate)
    .refine((date) => instantOf(date) !== null, wrongDate)
    .meta({
      description: "An instant: a day (midnight UTC), or a time with Z or an offset.",
      pattern: instantPattern.source,
    }),
});

const equalSchema = z.union([scalarSchema, dateSchema], {
  error: "must be a string, number, boolean, null or { date }",
});

const operandSchema = z.union([z.number(), z.string(), dateSchema], { error: "must be a number, string or { date }" });

const wrongRange = "must be a list of two: the lowest and the highest";

const rangeSchema = z
  .array(operandSchema, wrongRange)
  .length(2, { error: wrongRange, abort: true })
  .refine(([low, high]) => typeof low === typeof high, "must hold two numbers, two strings or two dates");

/** The operands of each operator. A name with undefined is refused, because JSON would drop it. */
export const filterConditionSchema = z
  .strictObject({
    eq: equalSchema.exactOptional(),
    ne: equalSchema.exactOptional(),
    in: scalarsSchema.exactOptional(),
    nin: scalarsSchema.exactOptional(),
    gt: operandSchema.exactOptional(),
    gte: operandSchema.exactOptional(),
    lt: operandSchema.exactOptional(),
    lte: operandSchema.exactOptional(),
    between: rangeSchema.exactOptional(),
    exists: z.boolean("must be true or false").exactOptional(),
    contains: scalarSchema.exactOptional(),
    containsAny: scalarsSchema.exactOptional(),
    containsAll: scalarsSchema.exactOptional(),
    startsWith: z.string("must be a string").exactOptional(),
  } satisfies Record<keyof FilterCondition, z.ZodType>)
  .meta({ minProperties: 1 });

type Path = readonly PropertyKey[];
type Issue = Parameters<z.RefinementCtx["addIssue"]>[0];

/** Conditions on metadata; every issue has the path of what is wrong, however deep. */
export const filtersSchema = z
  .record(z.string(), z.unknown(), "must be an object")
  .superRefine((filters, context) => {
    if (refuseLargeJson(filters, context)) return;
    const nodes = countKeys(filters);
    const tooMany = `has ${nodes} keys, operators and combinators; at most ${limits.filterNodes} are allowed`;
    const issues = nodes > limits.filterNodes ? [refusal([], tooMany)] : filtersIssues(filters, []);
    for (const issue of issues) context.addIssue(issue);
  })
  .meta(filtersJsonSchema) as unknown as z.ZodType<Filters, Filters>;

/** Whether filters test anything at all: `{}` and `{ and: [] }` do not, and are true of every memory. */
export function hasTest(filters: Filters): boolean {
  return testsSomething(filterTree(filters));
}

function testsSomething(node: FilterNode): boolean {
  if (node.kind === "test") return true;
  return node.kind === "not" ? testsSomething(node.node) : node.nodes.some(testsSomething);
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, item) => sum + countKeys(item), own);
}

function filtersIssues(filters: object, path: Path, depth = 1): Issue[] {
  if (depth > limits.filterDepth) return [refusal(path, `is nested deeper than ${limits.filterDepth} levels`)];
  return Object.entries(filters).flatMap(([key, value]) => entryIssues(key, value, { path: [...path, key], depth }));
}

function entryIssues(key: string, value: unknown, { path, depth }: { path: Path; depth: number }): Issue[] {
  if ((key === "and" || key === "or") && Array.isArray(value)) return listIssues(value, path, depth);
  if (!isObject(value)) return scalarSchema.safeParse(value).success ? [] : [refusal(path, wrongValue)];
  if (key === "not") return filtersIssues(value, path, depth + 1);
  const names = Object.keys(value);
  if (names.length === 0) return [refusal(path, "must not be empty; give an operator or a key of the object below")];
  const operators = names.filter(isOperator);
  if (operators.length === names.length) return conditionIssues(value, path);
  if (operators.length === 0) return filtersIssues(value, path, depth + 1);
  const other = names.find((name) => !isOperator(name));
  return [refusal(path, `mixes the operator ${operators[0]} with "${other}", which is no operator`)];
}

const wrongValue =
  "must be a string, number, boolean, null or an object; of a list, use in, contains, containsAny or containsAll";

function listIssues(list: readonly unknown[], path: Path, depth: number): Issue[] {
  if (list.length > limits.filterListLength) {
    return [refusal(path, `must hold at most ${limits.filterListLength} filters`)];
  }
  return list.flatMap((item, index) =>
    isObject(item)
      ? filtersIssues(item, [...path, index], depth + 1)
      : [refusal([...path, index], "must be an object")],
  );
}

function conditionIssues(condition: object, path: Path): Issue[] {
  const { error } = filterConditionSchema.safeParse(condition, { reportInput: true });
  return (error?.issues ?? []).map((issue) => ({ ...issue, path: [...path, ...issue.path], continue: false }));
}

function refusal(path: Path, message: string): Issue {
  return { code: "custom", path: [...path], message, continue: false };
}
