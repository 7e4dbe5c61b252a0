import type { FilterCondition, Filters, JsonScalar, JsonValue, Metadata } from "@persisto/contract";
import fc from "fast-check";

// Small pools, so that filters meet what documents hold: equal, nearly equal, and of another type under the same key.

const commonKeys = ["a", "b", "tags"] as const;
const plainKeys = [...commonKeys, "a.b", "0", "it's", "$1", "ключ", "constructor", "", "and", "or"] as const;
/** Only keys where a filter is not below a key: there they would be operators. */
const operatorKeys = ["eq", "in", "exists", "date"] as const;
const key = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...commonKeys) }, fc.constantFrom(...plainKeys));
const anyKey = fc.oneof({ weight: 4, arbitrary: key }, fc.constantFrom(...operatorKeys, "not"));

/** What is a date to a filter. */
export const dates = [
  "2026-01-31",
  "2026-01-31T00:00Z",
  "2026-01-31T00:00:00.000Z",
  "2026-01-31T01:30:00+01:30",
  "2026-01-30T22:59:00-01:01",
  "2026-01-31T00:00:00.000000001Z",
  "2026-01-30T23:59:59.999999999Z",
  "2024-02-29",
  "2000-02-29",
  "1970-01-01T00:00:00-00:00",
  "1969-12-31T23:59:59.5Z",
  "0000-01-01T00:00:00+23:59",
  "0000-02-29",
  "9999-12-31T23:59:59.999999999-23:59",
] as const;

/** What is none, though close to one. */
export const noDates = [
  "2026-02-31",
  "2023-02-29",
  "1900-02-29",
  "2026-04-31",
  "2026-00-10",
  "2026-13-01",
  "2026-01-00",
  "2026-01-32",
  "2026-01-31T24:00:00Z",
  "2026-01-31T00:60:00Z",
  "2026-01-31T00:00:60Z",
  "2026-01-31T00:00:00",
  "2026-01-31 00:00:00Z",
  "2026-01-31t00:00:00z",
  "2026-01-31T00:00:00.Z",
  "2026-01-31T00:00:00.0000000001Z",
  "2026-01-31T00:00:00+24:00",
  "2026-01-31T00:00:00+0100",
  "2026-1-31",
  "20260131",
  "+002026-01-31",
  "-2026-01-31",
  " 2026-01-31",
  "2026-01-31\n",
  "٢٠٢٦-٠١-٣١",
  "infinity",
  "now",
] as const;

const twoDigits = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, "0"));

/** Dates of all years, about one in twenty of them of a day that does not exist. */
const randomDate = fc
  .tuple(
    fc.integer({ min: 0, max: 9999 }),
    twoDigits(12),
    twoDigits(31),
    fc.constantFrom("", "T12:00:00Z", "T12:00+14:00"),
  )
  .map(([year, month, day, time]) => `${String(year).padStart(4, "0")}-${month}-${day}${time}`);

const words = [
  "",
  "a",
  "A",
  "ab",
  "abc",
  "b",
  "a%",
  "_",
  "%",
  "\\",
  "'",
  '"',
  "null",
  "true",
  "1",
  "0.1",
  "é",
  "e\u0301",
];
/** Where UTF-8 and UTF-16 order differently, and what some collations ignore or take for equal. */
const rareTexts = [
  "\ue000",
  "\uffff",
  "\u{10000}",
  "\u{1f600}",
  "a\u{1f600}",
  "a\uffff",
  "\u200d",
  "a\u00ad",
  "ß",
  "ss",
  "ﬁ",
  "-a",
];

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  { weight: 3, arbitrary: fc.constantFrom(...rareTexts) },
  { weight: 3, arbitrary: fc.constantFrom(...dates) },
  { weight: 2, arbitrary: fc.constantFrom(...noDates) },
  { weight: 1, arbitrary: randomDate },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: "binary", maxLength: 4 })
      .filter((each) => each.isWellFormed() && !each.includes("\0")),
  },
);

const smallNumbers = [0, -0, 1, -1, 2, 0.1, 0.2, 0.1 + 0.2, 0.3, 1e-7, 5e-324];
const largeNumbers = [2026, 2 ** 53, 2 ** 53 - 1, 2 ** 53 + 2, -(2 ** 53), 1e21, 1e21 + 2 ** 17, 1e308, -1e308];
const number = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...smallNumbers, ...largeNumbers) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);

const commonScalars = ["a", "ab", "abc", "2026-01-31", 0, 1, true, null];

const scalar: fc.Arbitrary<JsonScalar> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...commonScalars) },
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: number },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 5, arbitrary: scalar },
    { weight: 2, arbitrary: fc.array(scalar, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
    { weight: 3, arbitrary: fc.dictionary(anyKey, tie("value"), { maxKeys: 4, noNullPrototype: true }) },
  ),
}));

/** Metadata of every shape that can be saved. */
export const document: fc.Arbitrary<Metadata> = fc
  .tuple(
    fc.record({ a: value, b: value, tags: value }, { requiredKeys: [], noNullPrototype: true }),
    fc.dictionary(anyKey, value, { maxKeys: 6, noNullPrototype: true }),
  )
  .map(([common, others]) => ({ ...common, ...others }));

const date = fc.oneof(fc.constantFrom(...dates), randomDate.filter(isDay)).map((each) => ({ date: each }));
const operand = fc.oneof(number, text, date);
const scalars = fc.array(scalar, { maxLength: 8 });

function isDay(each: string): boolean {
  const [year = 0, month = 0, day = 0] = each.slice(0, 10).split("-").map(Number);
  return month > 0 && day > 0 && day <= 28 && year >= 0;
}

/** What each operator can be given. */
export const operands: { [Name in keyof FilterCondition]-?: fc.Arbitrary<Required<FilterCondition>[Name]> } = {
  eq: fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: date }),
  ne: fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: date }),
  in: scalars,
  nin: scalars,
  gt: operand,
  gte: operand,
  lt: operand,
  lte: operand,
  between: fc.oneof(fc.tuple(number, number), fc.tuple(text, text), fc.tuple(date, date)),
  exists: fc.boolean(),
  contains: scalar,
  containsAny: scalars,
  containsAll: fc.array(scalar, { maxLength: 2 }),
  startsWith: fc.oneof(fc.constantFrom("a", "ab", "2026", "e", "\ud83d\ude00"), text),
};

/** A condition of one operator, for each of them. */
export function conditionOf(name: keyof FilterCondition): fc.Arbitrary<Filters> {
  return fc
    .tuple(key, operands[name])
    .map(([each, operandOfIt]) => ({ [each]: { [name]: operandOfIt } as FilterCondition }));
}

const condition: fc.Arbitrary<FilterCondition> = fc
  .uniqueArray(fc.constantFrom(...(Object.keys(operands) as (keyof FilterCondition)[])), { minLength: 1, maxLength: 2 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, operands[name] as fc.Arbitrary<never>]))));

/** Filters of every form: conditions, nested filters and combinators, beside and inside each other. */
export const { filters } = fc.letrec<{ filters: Filters; below: Filters; entry: [string, Filters[string]] }>((tie) => ({
  filters: fc.oneof(
    { depthSize: "medium" },
    fc.tuple(anyKey, scalar).map(([each, equal]) => ({ [each]: equal })),
    fc.tuple(fc.constantFrom(...plainKeys, ...operatorKeys), condition).map(toFilters),
    tie("below"),
    fc.record({ not: tie("filters") }),
    fc.record({ and: fc.array(tie("filters"), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("filters"), { maxLength: 3 }) }),
    fc.tuple(tie("below"), tie("filters")).map(([left, right]) => ({ ...left, ...right })),
  ),
  below: fc.array(tie("entry"), { minLength: 1, maxLength: 2 }).map((entries) => Object.fromEntries(entries)),
  entry: fc.oneof(
    { depthSize: "small" },
    fc.tuple(key, scalar),
    fc.tuple(key, condition),
    fc.tuple(key, tie("below")),
    // "0" leads into no list, though some operators of Postgres take it for a position.
    fc.tuple(key, scalar).map(([each, equal]) => [each, { 0: { nin: [equal] } }] satisfies [string, Filters]),
    fc.tuple(fc.constant("not"), tie("filters")),
    fc.tuple(fc.constantFrom("and", "or"), fc.array(tie("filters"), { maxLength: 2 })),
  ),
}));

function toFilters([each, conditions]: [string, FilterCondition]): Filters {
  return { [each]: conditions };
}
