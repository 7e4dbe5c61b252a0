import { describe, expect, test } from "vitest";
import { PersistoValidationError } from "../errors.js";
import { limits } from "../limits.js";
import { parseInput } from "./parse-input.js";
import { deleteSchema, listSchema } from "./schemas.js";

function errorOf(filters: unknown): PersistoValidationError {
  try {
    parseInput(listSchema, { filters });
  } catch (error) {
    if (error instanceof PersistoValidationError) return error;
    throw error;
  }
  return expect.fail(`${JSON.stringify(filters)} was accepted`);
}

/** Filters inside filters, so many levels in all. */
function nested(levels: number, wrap: (inner: object) => object): object {
  return levels === 1 ? { a: 1 } : wrap(nested(levels - 1, wrap));
}

describe("filters are accepted", () => {
  test.each<object>([
    {},
    { and: [], or: [{}], not: {} },
    { and: "x", or: 1, not: null },
    { and: { eq: 1 }, or: { below: 1 } },
    { a: { eq: null, ne: { date: "2026-01-31" } } },
    { a: { in: [], nin: ["x", 1, true, null] } },
    { a: { gt: 1, gte: "a", lt: { date: "2026-01-31T12:00:00.5+02:00" }, lte: 2 } },
    { a: { between: [{ date: "2026-01-01" }, { date: "2026-01-31T12:00Z" }] } },
    { a: { exists: false, contains: null, containsAny: [], containsAll: ["x"], startsWith: "" } },
    { a: { b: { c: { eq: 1 } }, or: [{ eq: 1 }] } },
    { eq: 1, "a.b": 2, "": 3, date: "2026-01-31" },
    { a: { date: "x" } },
  ])("%j", (filters) => {
    expect(parseInput(listSchema, { filters })).toEqual({ filters });
  });

  test("up to the limits", () => {
    const nodes = Object.fromEntries(Array.from({ length: limits.filterNodes }, (_, index) => [`k${index}`, 1]));
    const list = { a: { in: Array.from({ length: limits.filterListLength }, (_, index) => index) } };
    const deep = nested(limits.filterDepth, (inner) => ({ and: [inner] }));
    for (const filters of [nodes, list, deep]) expect(parseInput(listSchema, { filters })).toEqual({ filters });
  });
});

describe("filters are refused", () => {
  test.each<[unknown, string]>([
    [[], "filters"],
    [null, "filters"],
    ["a", "filters"],
    [{ a: [] }, "filters.a"],
    [{ a: {} }, "filters.a"],
    [{ a: undefined }, "filters.a"],
    [{ a: { b: {} } }, "filters.a.b"],
    [{ a: { eq: 1, b: 2 } }, "filters.a"],
    [{ a: { gte: 1, ltt: 2 } }, "filters.a"],
    [{ a: { b: { eq: 1, and: [] } } }, "filters.a.b"],
    [{ not: [] }, "filters.not"],
    [{ not: { a: {} } }, "filters.not.a"],
    [{ and: [{ a: 1 }, 5] }, "filters.and[1]"],
    [{ or: [{ a: 1 }, { b: [] }] }, "filters.or[1].b"],
    [{ or: [[]] }, "filters.or[0]"],
    [{ a: { eq: [] } }, "filters.a.eq"],
    [{ a: { eq: { b: 1 } } }, "filters.a.eq"],
    [{ a: { eq: undefined } }, "filters.a.eq"],
    [{ a: { eq: 1, gt: undefined } }, "filters.a.gt"],
    [{ a: { in: "x" } }, "filters.a.in"],
    [{ a: { in: ["x", ["y"]] } }, "filters.a.in[1]"],
    [{ a: { nin: [{ date: "2026-01-31" }] } }, "filters.a.nin[0]"],
    [{ a: { gt: true } }, "filters.a.gt"],
    [{ a: { lt: null } }, "filters.a.lt"],
    [{ a: { gte: { date: "2026-02-31" } } }, "filters.a.gte.date"],
    [{ a: { gte: { date: 5 } } }, "filters.a.gte.date"],
    [{ a: { between: [1] } }, "filters.a.between"],
    [{ a: { between: [1, 2, 3] } }, "filters.a.between"],
    [{ a: { between: [1, "2"] } }, "filters.a.between"],
    [{ a: { between: [1, null] } }, "filters.a.between[1]"],
    [{ a: { between: { low: 1 } } }, "filters.a.between"],
    [{ a: { exists: 1 } }, "filters.a.exists"],
    [{ a: { contains: ["x"] } }, "filters.a.contains"],
    [{ a: { containsAll: [{}] } }, "filters.a.containsAll[0]"],
    [{ a: { startsWith: 1 } }, "filters.a.startsWith"],
    [{ snake_case: { b: { gt: [] } } }, "filters.snake_case.b.gt"],
  ])("%j at %s", (filters, field) => {
    expect(errorOf(filters).details.issues).toEqual([{ field, message: expect.stringMatching(/^(must|mixes) /) }]);
  });

  test("with an unknown name in a date", () => {
    const { issues } = errorOf({ a: { gte: { date: "2026-01-31", zone: "UTC" } } }).details;
    expect(issues).toEqual([{ field: "filters.a.gte.zone", message: "unknown field" }]);
  });

  test("with every issue", () => {
    const { issues } = errorOf({ a: [], b: { gt: null, lt: null } }).details;
    expect(issues?.map(({ field }) => field)).toEqual(["filters.a", "filters.b.gt", "filters.b.lt"]);
  });

  test("over the limits", () => {
    const nodes = Object.fromEntries(Array.from({ length: limits.filterNodes }, (_, index) => [`k${index}`, 1]));
    expect(errorOf({ not: nodes }).message).toBe(
      "filters: has 257 keys, operators and combinators; at most 256 are allowed",
    );
    const list = Array.from({ length: limits.filterListLength + 1 }, () => 1);
    expect(errorOf({ a: { in: list } }).message).toBe("filters.a.in: must hold at most 1000 values");
    expect(errorOf({ or: list.map(() => ({})) }).message).toBe("filters.or: must hold at most 1000 filters");
    const deep = nested(limits.filterDepth + 1, (inner) => ({ not: inner }));
    expect(errorOf(deep).message).toMatch(/^filters(\.not){16}: is nested deeper than 16 levels$/);
    expect(errorOf({ a: "x".repeat(limits.metadataBytes) })).toMatchObject({ code: "too_large" });
  });
});

test("a delete needs filters that test something", () => {
  const parse = (filters: object) => () => parseInput(deleteSchema, { namespace: "n", filters });
  for (const filters of [{}, { and: [] }, { or: [{}] }, { not: { or: [] } }]) {
    expect(parse(filters)).toThrow("nothing to delete by");
  }
  expect(parse({ not: { a: { exists: true } } })).not.toThrow();
  expect(parse({ a: [] })).toThrow("filters.a");
});
