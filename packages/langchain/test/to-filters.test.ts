import { matchesFilters, type JsonValue, type Metadata } from "@persisto/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bothFilters, toFilters } from "../src/filters/to-filters.js";
import type { PersistoFilter } from "../src/index.js";

const matches = (filter: PersistoFilter, metadata: Metadata) => matchesFilters(toFilters(filter) ?? {}, metadata);

describe("filters of LangChain's users", () => {
  it.each<[PersistoFilter, Metadata, boolean]>([
    // As PGVectorStore has it.
    [{ a: "x" }, { a: "x" }, true],
    [{ a: 1 }, { a: "1" }, false],
    [{ a: null }, {}, false],
    [{ a: { in: ["x", "y"] } }, { a: "y" }, true],
    [{ a: { notIn: ["x"] } }, { a: "y" }, true],
    [{ a: { notIn: ["x"] } }, {}, false],
    [{ a: { notIn: ["x"] } }, { a: null }, false],
    [{ a: { neq: "x" } }, {}, true],
    [{ a: { neq: "x" } }, { a: "x" }, false],
    [{ a: { gt: 1, lte: 3 } }, { a: 3 }, true],
    [{ a: { gte: 1 } }, {}, false],
    [{ a: { arrayContains: ["x", "z"] } }, { a: ["y", "x"] }, true],
    [{ a: { arrayContains: ["x"] } }, { a: "x" }, false],
    [{ or: [{ a: 1 }, { not: { b: { exists: true } } }] }, { a: 2 }, true],
    // As MongoDB has it.
    [{ a: { $ne: "x" } }, {}, true],
    [{ a: { $nin: ["x"] } }, {}, true],
    [{ a: { $nin: ["x"] } }, { a: null }, true],
    [{ a: { $gt: new Date("2026-01-01") } }, { a: "2026-01-01T01:00+00:30" }, true],
    [{ a: { $not: { $gt: 3 } } }, {}, true],
    [{ $nor: [{ a: 1 }, { b: 1 }] }, { a: 1 }, false],
    [{ $and: [{ a: 1 }, { $or: [{ b: 1 }, { $not: { c: 1 } }] }] }, { a: 1, c: 2 }, true],
    [{ a: { $all: ["x", "y"] } }, { a: ["y", "z", "x"] }, true],
    [{ a: { $exists: false } }, { a: null }, false],
    // Persisto's own.
    [{ $persisto: { loc: { lines: { from: { gte: 3 } } } } }, { loc: { lines: { from: 4 } } }, true],
    [{ day: { date: "2026-01-31" } }, { day: "2026-01-31T00:00Z" }, true],
    // Keys with the names of operators and combinators.
    [{ in: "box", or: "x", not: 1, constructor: "y" }, { in: "box", or: "x", not: 1, constructor: "y" }, true],
    [{ in: { eq: "box" }, gt: { $in: [1] } }, { in: "box", gt: 2 }, false],
  ])("%j on %j is %s", (filter, metadata, expected) => {
    expect(matches(filter, metadata)).toBe(expected);
  });

  it.each<[unknown, string]>([
    [{ year: { gtt: 3 } }, 'filter.year.gtt: "gtt" is no operator'],
    [{ year: { $regex: "x" } }, 'filter.year.$regex: "$regex" is no operator'],
    [{ year: { constructor: 1 } }, 'filter.year.constructor: "constructor" is no operator'],
    [{ $where: { a: 1 } }, "filter.$where: is no combinator"],
    [{ $xor: [{ a: 1 }] }, "filter.$xor: is a list"],
    [{ year: {} }, "filter.year: has no operator"],
    [{ year: [1, 2] }, "filter.year: is a list; use { in: [...] }"],
    [{ user: undefined }, "filter.user: is undefined"],
    [{ user: { eq: undefined } }, "filter.user.eq: is undefined"],
    [{ user: { in: ["a", undefined] } }, "filter.user.in[1]: is undefined"],
    [{ user: { notIn: "a" } }, "filter.user.notIn: must be a list"],
    [{ or: [{ a: 1 }, "b"] }, "filter.or[1]: must be an object"],
    [{ a: { $not: 3 } }, "filter.a.$not: must be a condition"],
    [{ a: { gt: new Date(Number.NaN) } }, "filter.a.gt: is an invalid Date"],
    [() => true, "filter: is a function"],
    [null, "filter: must be an object"],
    [[{ a: 1 }], "filter: must be an object"],
  ])("%j is an error that names the place", (filter, message) => {
    expect(() => toFilters(filter as PersistoFilter)).toThrow(message);
  });

  it("join with those of the store, and none are none", () => {
    expect(toFilters(undefined)).toBeUndefined();
    expect(toFilters({})).toBeUndefined();
    expect(bothFilters(undefined, { b: 1 })).toEqual({ b: 1 });
    expect(bothFilters({ a: 1 }, undefined)).toEqual({ a: 1 });
    expect(bothFilters({ a: 1 }, { a: 2 })).toEqual({ and: [{ a: 1 }, { a: 2 }] });
  });

  it("mean what PGVectorStore and MongoDB mean by them, on any metadata", () => {
    fc.assert(
      fc.property(filters, metadatas, (filter, metadata) => {
        expect(matches(filter, metadata)).toBe(oracle(filter, metadata));
      }),
      { numRuns: 3_000 },
    );
  });
});

const scalars = fc.constantFrom<JsonValue>("a", "b", "", 0, 1, 2, true, null);
const values = fc.oneof(scalars, fc.array(scalars, { maxLength: 3 }));
const keys = fc.constantFrom("x", "y", "z");
const metadatas = fc.dictionary(keys, values, { noNullPrototype: true }) as fc.Arbitrary<Metadata>;
const ordered = fc.constantFrom<string | number>("a", "b", 0, 1, 2);
const some = fc.array(scalars, { maxLength: 3 });
const operands = { scalar: scalars, ordered, list: some, boolean: fc.boolean() };

const kinds = {
  scalar: ["eq", "neq", "$eq", "$ne", "contains", "$contains"],
  ordered: ["gt", "gte", "lt", "lte", "$gt", "$gte", "$lt", "$lte"],
  list: ["in", "notIn", "arrayContains", "$in", "$nin", "$all"],
  boolean: ["exists", "$exists"],
} as const;

const { filters } = fc.letrec<{ filters: PersistoFilter; conditions: Record<string, unknown> }>((tie) => {
  const tests = Object.entries(kinds).map(([kind, names]) =>
    fc
      .tuple(fc.constantFrom<string>(...names), operands[kind as keyof typeof operands] as fc.Arbitrary<unknown>)
      .map(([name, operand]) => ({ [name]: operand })),
  );
  const lists = fc.array(tie("filters"), { maxLength: 3 });
  return {
    conditions: fc.oneof(
      { maxDepth: 3 },
      ...tests,
      fc.tuple(fc.oneof(...tests), fc.oneof(...tests)).map(([a, b]) => ({ ...a, ...b })),
      tie("conditions").map((condition) => ({ $not: condition })),
    ),
    filters: fc.oneof(
      { maxDepth: 4 },
      fc.dictionary(keys, fc.oneof(scalars, tie("conditions")), { noNullPrototype: true, maxKeys: 2 }),
      fc.tuple(fc.constantFrom("and", "or", "$and", "$or", "$nor"), lists).map(([name, list]) => ({ [name]: list })),
      fc.tuple(fc.constantFrom("not", "$not"), tie("filters")).map(([name, filter]) => ({ [name]: filter })),
    ) as fc.Arbitrary<PersistoFilter>,
  };
});

/** What the two dialects mean, read off their documentation and written without a tree. */
function oracle(filter: object, metadata: Metadata): boolean {
  return Object.entries(filter).every(([key, value]: [string, unknown]) => {
    const list = Array.isArray(value) ? (value as object[]) : [];
    if (key === "and" || key === "$and") return list.every((each) => oracle(each, metadata));
    if (key === "or" || key === "$or") return list.some((each) => oracle(each, metadata));
    if (key === "$nor") return !list.some((each) => oracle(each, metadata));
    if (key === "not" || key === "$not") return !oracle(value as object, metadata);
    const found = metadata[key];
    if (typeof value !== "object" || value === null) return found === value;
    return Object.entries(value).every(([name, operand]) => passes(found, name, operand));
  });
}

function passes(found: JsonValue | undefined, name: string, operand: unknown): boolean {
  const list = operand as unknown[];
  const elements: unknown[] | undefined = Array.isArray(found) ? found : undefined;
  const comparable = typeof found === typeof operand;
  switch (name) {
    case "$not":
      return !Object.entries(operand as object).every(([inner, value]) => passes(found, inner, value));
    case "eq":
    case "$eq":
      return found === operand;
    case "neq":
    case "$ne":
      return found !== operand;
    case "in":
    case "$in":
      return list.some((each) => each === found);
    case "notIn":
      return found !== undefined && found !== null && !list.includes(found);
    case "$nin":
      return !list.includes(found);
    case "contains":
    case "$contains":
      return elements?.includes(operand) === true;
    case "arrayContains":
      return elements?.some((element) => list.includes(element)) === true;
    case "$all":
      return elements !== undefined && list.every((each) => elements.includes(each));
    case "exists":
    case "$exists":
      return (found !== undefined) === operand;
    default: {
      const [a, b] = [found as number, operand as number];
      const holds = { gt: a > b, gte: a >= b, lt: a < b, lte: a <= b }[name.replace("$", "") as "gt"];
      return comparable && holds;
    }
  }
}
