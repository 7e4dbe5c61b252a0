import { describe, expect, test } from "vitest";
import { matchesFilters } from "./evaluate-filter.js";
import type { FilterCondition, Filters } from "./filter.js";
import type { JsonValue } from "./json.js";

/** Which of the values pass a condition; undefined stands for a missing key. */
function passing(condition: FilterCondition, values: readonly (JsonValue | undefined)[]): (JsonValue | undefined)[] {
  return values.filter((value) => matchesFilters({ key: condition }, value === undefined ? {} : { key: value }));
}

const mixed = [undefined, null, true, 0, 1, 2, "", "1", "a", "b", ["a", 1], [], { a: 1 }];

describe("an operator", () => {
  test.each<[FilterCondition, (JsonValue | undefined)[]]>([
    [{ eq: 1 }, [1]],
    [{ eq: "1" }, ["1"]],
    [{ eq: null }, [null]],
    [{ ne: 1 }, mixed.filter((value) => value !== 1)],
    [{ ne: null }, mixed.filter((value) => value !== null)],
    [{ ne: null, exists: true }, mixed.filter((value) => value !== null && value !== undefined)],
    [{ in: ["a", 2, null] }, [null, 2, "a"]],
    [{ in: [] }, []],
    [{ nin: ["a", 2, null] }, mixed.filter((value) => value !== "a" && value !== 2 && value !== null)],
    [{ nin: [] }, mixed],
    [{ gt: 1 }, [2]],
    [{ gte: 1 }, [1, 2]],
    [{ lt: 1 }, [0]],
    [{ lte: 1 }, [0, 1]],
    [{ gt: "1" }, ["a", "b"]],
    [{ lt: "a" }, ["", "1"]],
    [{ between: [1, 2] }, [1, 2]],
    [{ between: ["1", "a"] }, ["1", "a"]],
    [{ between: [2, 1] }, []],
    [{ exists: true }, mixed.slice(1)],
    [{ exists: false }, [undefined]],
    [{ contains: "a" }, [["a", 1]]],
    [{ contains: "1" }, []],
    [{ containsAny: ["1", 1] }, [["a", 1]]],
    [{ containsAny: [] }, []],
    [{ containsAll: ["a", 1] }, [["a", 1]]],
    [{ containsAll: ["a", 2] }, []],
    [{ containsAll: [] }, [["a", 1], []]],
    [{ startsWith: "" }, ["", "1", "a", "b"]],
    [{ startsWith: "a" }, ["a"]],
    [{ gte: 1, lt: 2 }, [1]],
  ])("%j", (condition, values) => {
    expect(passing(condition, mixed)).toEqual(values);
  });

  test("orders text by code point, as UTF-8 is ordered", () => {
    expect(passing({ gt: "\uffff" }, ["\ue000", "\u{10000}", "\u{1f600}"])).toEqual(["\u{10000}", "\u{1f600}"]);
    expect(passing({ gt: "Z" }, ["a", "Y", "Za", "é"])).toEqual(["a", "Za", "é"]);
  });

  test("takes texts as they are, composed or not, with and without wildcards", () => {
    expect(passing({ startsWith: "e" }, ["é", "e\u0301"])).toEqual(["e\u0301"]);
    expect(passing({ startsWith: "a%" }, ["ab", "a%b"])).toEqual(["a%b"]);
  });

  test("compares numbers as JSON has them", () => {
    expect(passing({ eq: 0 }, [-0, 0])).toEqual([-0, 0]);
    expect(passing({ eq: 0.3 }, [0.1 + 0.2, 0.3])).toEqual([0.3]);
    expect(passing({ gt: 2 ** 53 }, [2 ** 53, 2 ** 53 + 2, 1e308])).toEqual([2 ** 53 + 2, 1e308]);
    expect(passing({ lt: -1e308 }, [1e308, -1.1e308])).toEqual([-1.1e308]);
    expect(passing({ gt: 0 }, [5e-324])).toEqual([5e-324]);
  });
});

describe("dates", () => {
  const sameInstant = [
    "2026-01-31",
    "2026-01-31T00:00Z",
    "2026-01-31T00:00:00Z",
    "2026-01-31T00:00:00.000Z",
    "2026-01-31T05:30:00+05:30",
    "2026-01-30T19:00:00.000000000-05:00",
  ];

  test("of one instant are equal, however they are written", () => {
    for (const date of sameInstant) expect(passing({ eq: { date } }, sameInstant)).toEqual(sameInstant);
  });

  test("are compared to the nanosecond, in all years of four digits", () => {
    const values = ["0000-01-01", "1969-12-31T23:59:59.999999999Z", "1970-01-01", "9999-12-31T23:59:59-23:59"];
    expect(passing({ lt: { date: "1970-01-01" } }, values)).toEqual(values.slice(0, 2));
    expect(passing({ gte: { date: "1969-12-31T23:59:59.999999999Z" } }, values)).toEqual(values.slice(1));
    expect(passing({ between: [{ date: "0000-01-01" }, { date: "0000-01-01" }] }, values)).toEqual(values.slice(0, 1));
  });

  test("are days of the calendar", () => {
    const days = ["2024-02-29", "2000-02-29", "0000-02-29", "2026-12-31"];
    const noDays = ["2026-02-29", "1900-02-29", "2026-02-31", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00"];
    expect(passing({ gte: { date: "0000-01-01" } }, [...noDays, ...days])).toEqual(days);
  });

  test.each([
    "2026-01-31T00:00:00",
    "2026-01-31 00:00:00Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T00:00:60Z",
    "2026-01-31T00Z",
    "2026-01-31T00:00:00.Z",
    "2026-01-31T00:00:00.0000000001Z",
    "2026-01-31T00:00:00+0100",
    "2026-01-31t00:00:00z",
    "2026-W05-6",
    "2026-031",
    "2026-01",
    "20260131",
    "+2026-01-31",
    "12026-01-31",
    " 2026-01-31",
    "2026-01-31\n",
    "2026-01-31Z",
    "now",
    "",
    20260131,
    null,
    ["2026-01-31"],
  ])("are not %j", (value) => {
    expect(passing({ gte: { date: "0000-01-01" } }, [value])).toEqual([]);
    expect(passing({ ne: { date: "2026-01-31" } }, [value])).toEqual([value]);
  });
});

describe("filters", () => {
  const metadata = { a: 1, address: { city: "Rome", zip: 185, in: "x" }, and: 5, not: "x", eq: "literal", "a.b": 2 };

  test.each<[Filters, boolean]>([
    [{}, true],
    [{ and: [] }, true],
    [{ or: [] }, false],
    [{ not: {} }, false],
    [{ not: { or: [] } }, true],
    [{ and: [{ a: 1 }, { a: 2 }] }, false],
    [{ or: [{ a: 1 }, { a: 2 }] }, true],
    [{ a: 1, or: [{ missing: 1 }, { "a.b": 2 }] }, true],
    [{ a: 2, or: [{ a: 1 }] }, false],
    [{ not: { missing: 1 } }, true],
    [{ not: { not: { a: 1 } } }, true],
    [{ and: 5, not: "x", eq: "literal" }, true],
    [{ and: { gte: 6 } }, false],
    [{ address: { city: "Rome" } }, true],
    [{ address: { city: "Rome", zip: { lt: 185 } } }, false],
    [{ address: { not: { city: "Oslo" }, or: [{ zip: 1 }, { zip: 185 }] } }, true],
    [{ a: { city: "Rome" } }, false],
    [{ a: { city: { ne: "Rome" } } }, true],
    [{ missing: { city: { exists: false } } }, true],
    [{ missing: { not: { city: "Rome" } } }, true],
    [{ missing: { and: [] } }, true],
    [{ a: { b: 2 } }, false],
    [{ "address.city": "Rome" }, false],
    [{ constructor: { exists: true } }, false],
    [{ address: { toString: { exists: true } } }, false],
  ])("%j is %j", (filters, expected) => {
    expect(matchesFilters(filters, metadata)).toBe(expected);
    expect(matchesFilters({ not: filters }, metadata)).toBe(!expected);
  });

  test("lead through objects only", () => {
    expect(matchesFilters({ list: { 0: "x" } }, { list: ["x"] })).toBe(false);
    expect(matchesFilters({ list: { length: 1 } }, { list: ["x"] })).toBe(false);
    expect(matchesFilters({ text: { length: 1 } }, { text: "x" })).toBe(false);
  });
});
