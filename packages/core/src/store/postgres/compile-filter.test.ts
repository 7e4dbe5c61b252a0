import type { Filters } from "@persisto/contract";
import { describe, expect, test } from "vitest";
import { compileFilter } from "./compile-filter.js";
import { Parameters } from "./parameters.js";

function compile(filters: Filters): { sql: string; values: unknown[] } {
  const parameters = new Parameters();
  const sql = compileFilter(filters, "m.metadata", parameters);
  return { sql, values: parameters.values };
}

describe("equality is one containment, which an index can serve", () => {
  test.each<[Filters, unknown]>([
    [{ a: 1 }, { a: 1 }],
    [
      { a: 1, b: null },
      { a: 1, b: null },
    ],
    [{ a: { eq: "x" } }, { a: "x" }],
    [
      { a: 1, b: { c: 2, d: { e: true } } },
      { a: 1, b: { c: 2, d: { e: true } } },
    ],
    [{ and: [{ a: 1 }, { b: { c: 2 } }, { b: { d: 3 } }] }, { a: 1, b: { c: 2, d: 3 } }],
    [{ a: { and: [{ constructor: 1 }, { toString: 2 }] } }, { a: { constructor: 1, toString: 2 } }],
  ])("%j", (filters, document) => {
    const { sql, values } = compile(filters);
    expect(sql).toBe("m.metadata @> $1::text::jsonb");
    expect(values.map((value) => JSON.parse(value as string) as unknown)).toEqual([document]);
  });

  test("unless two are about the same place", () => {
    expect(compile({ and: [{ a: 1 }, { a: 2 }, { b: 1 }, { a: { c: 3 } }] })).toEqual({
      sql: "(m.metadata @> $1::text::jsonb and m.metadata @> $2::text::jsonb and m.metadata @> $3::text::jsonb)",
      values: ['{"a":1,"b":1}', '{"a":2}', '{"a":{"c":3}}'],
    });
    expect(compile({ and: [{ a: null }, { a: { c: 3 } }] }).values).toEqual(['{"a":null}', '{"a":{"c":3}}']);
  });

  test("also beside other conditions, and inside or and not", () => {
    expect(compile({ a: 1, b: { exists: true }, c: 2 }).sql).toBe(
      "(m.metadata @> $1::text::jsonb and (m.metadata -> $2::text) is not null)",
    );
    expect(compile({ or: [{ a: 1 }, { not: { a: 2, b: 3 } }] }).sql).toBe(
      "(m.metadata @> $1::text::jsonb or not (m.metadata @> $2::text::jsonb))",
    );
  });
});

test("nothing of the filters is in the statement", () => {
  const { sql, values } = compile({ "key'": { "below'": { gt: "value'", in: ["one'"], lt: { date: "2026-01-31" } } } });
  expect(sql).not.toMatch(/key|below|value|one|2026/);
  expect(values).toHaveLength(9);
});

test("texts compare by code point, whatever the collation of the database", () => {
  expect(compile({ a: { lt: "x" } }).sql).toContain("(m.metadata -> $1::text) #>> '{}') collate \"C\" < $2::text");
});

test("no filters are true, and empty combinators what they are", () => {
  expect(compile({}).sql).toBe("true");
  expect(compile({ and: [] }).sql).toBe("true");
  expect(compile({ or: [] }).sql).toBe("false");
});
