import type { Filters, Metadata } from "@persisto/contract";

/** Filters and the ids, in any order, of the memories they keep. */
export interface FilterCase {
  filters: Filters;
  ids: readonly string[];
}

/** One memory for each: mixed types under the same keys, nested objects, lists, dates. */
export const filterRecords: Readonly<Record<string, Metadata>> = {
  empty: {},
  one: { value: 1 },
  two: { value: 2 },
  huge: { value: 1e308 },
  tiny: { value: 5e-324 },
  precise: { value: 9007199254740992 },
  next: { value: 9007199254740994 },
  textOne: { value: "1" },
  apple: { value: "apple" },
  capital: { value: "Zebra" },
  accent: { value: "éclair" },
  percent: { value: "100%" },
  highUnit: { value: "\uffff" },
  emoji: { value: "\u{1f600}" },
  yes: { value: true },
  nothing: { value: null },
  list: { value: ["a", 1, null, "b"] },
  nestedList: { value: [["a"], { a: 1 }] },
  emptyList: { value: [] },
  object: { value: { a: 1 } },
  rome: { address: { city: "Rome", zip: { code: 185, suffix: "A" } } },
  oslo: { address: { city: "Oslo", zip: { code: 10 } } },
  noCity: { address: {} },
  textAddress: { address: "Rome" },
  listAddress: { address: [{ city: "Rome" }] },
  day: { at: "2026-01-31" },
  noon: { at: "2026-01-31T12:00:00Z" },
  noonInTokyo: { at: "2026-01-31T21:00:00.000+09:00" },
  justAfterNoon: { at: "2026-01-31T12:00:00.000000001Z" },
  leapDay: { at: "2024-02-29" },
  noDay: { at: "2026-02-31" },
  noZone: { at: "2026-01-31T12:00:00" },
  words: { at: "tomorrow" },
  timestamp: { at: 1769860800 },
  reserved: { and: "x", or: 1, not: null, eq: "literal", in: 2 },
};

const all = Object.keys(filterRecords);
const having = (key: string) => all.filter((id) => key in filterRecords[id]!);
const except = (...ids: string[]) => all.filter((id) => !ids.includes(id));
const numbers = ["one", "two", "huge", "tiny", "precise", "next"];
const atNoon = ["noon", "noonInTokyo"];

/** Every operator, its neighbours and its complement. */
export const filterCases: readonly FilterCase[] = [
  { filters: { value: { eq: 1 } }, ids: ["one"] },
  { filters: { value: { eq: null } }, ids: ["nothing"] },
  { filters: { value: { ne: 1 } }, ids: except("one") },
  { filters: { value: { ne: null } }, ids: except("nothing") },
  { filters: { value: { ne: 1, exists: true } }, ids: having("value").filter((id) => id !== "one") },
  { filters: { value: { in: [1, "apple", null, false] } }, ids: ["one", "apple", "nothing"] },
  { filters: { value: { in: [] } }, ids: [] },
  { filters: { value: { nin: [1, "apple", null] } }, ids: except("one", "apple", "nothing") },
  { filters: { value: { nin: [] } }, ids: all },
  { filters: { value: { exists: true } }, ids: having("value") },
  { filters: { value: { exists: false } }, ids: all.filter((id) => !having("value").includes(id)) },

  { filters: { value: { gt: 1 } }, ids: ["two", "huge", "precise", "next"] },
  { filters: { value: { gte: 1 } }, ids: ["one", "two", "huge", "precise", "next"] },
  { filters: { value: { lt: 1 } }, ids: ["tiny"] },
  { filters: { value: { lte: 1 } }, ids: ["one", "tiny"] },
  { filters: { value: { gt: 0 } }, ids: numbers },
  { filters: { value: { gt: -0 } }, ids: numbers },
  { filters: { value: { gt: 2 ** 53 } }, ids: ["huge", "next"] },
  { filters: { value: { between: [1, 2] } }, ids: ["one", "two"] },
  { filters: { value: { between: [2, 1] } }, ids: [] },
  { filters: { value: { gt: 1, lt: 1e9 } }, ids: ["two"] },
  { filters: { not: { value: { gt: 1 } } }, ids: except("two", "huge", "precise", "next") },

  { filters: { value: { gte: "apple" } }, ids: ["apple", "accent", "highUnit", "emoji"] },
  { filters: { value: { lt: "a" } }, ids: ["textOne", "capital", "percent"] },
  { filters: { value: { gt: "\uffff" } }, ids: ["emoji"] },
  { filters: { value: { between: ["1", "Zebra"] } }, ids: ["textOne", "percent", "capital"] },
  { filters: { value: { startsWith: "app" } }, ids: ["apple"] },
  { filters: { value: { startsWith: "App" } }, ids: [] },
  { filters: { value: { startsWith: "1" } }, ids: ["textOne", "percent"] },
  { filters: { value: { startsWith: "%" } }, ids: [] },
  { filters: { value: { startsWith: "e" } }, ids: [] },

  { filters: { value: { contains: "a" } }, ids: ["list"] },
  { filters: { value: { contains: null } }, ids: ["list"] },
  { filters: { value: { contains: "1" } }, ids: [] },
  { filters: { value: { containsAny: ["z", 1] } }, ids: ["list"] },
  { filters: { value: { containsAny: [] } }, ids: [] },
  { filters: { value: { containsAll: ["b", "a"] } }, ids: ["list"] },
  { filters: { value: { containsAll: ["a", "z"] } }, ids: [] },
  { filters: { value: { containsAll: [] } }, ids: ["list", "nestedList", "emptyList"] },
  { filters: { not: { value: { contains: "a" } } }, ids: except("list") },

  { filters: { address: { city: "Rome" } }, ids: ["rome"] },
  { filters: { address: { city: { startsWith: "O" } } }, ids: ["oslo"] },
  { filters: { address: { zip: { code: { gte: 100 } } } }, ids: ["rome"] },
  { filters: { address: { zip: { code: 185, suffix: { exists: true } } } }, ids: ["rome"] },
  { filters: { address: { city: { ne: "Rome" } } }, ids: except("rome") },
  { filters: { address: { city: { ne: "Rome", exists: true } } }, ids: ["oslo"] },
  { filters: { address: { city: { exists: false } } }, ids: except("rome", "oslo") },
  { filters: { address: { or: [{ city: "Oslo" }, { zip: { code: 185 } }] } }, ids: ["rome", "oslo"] },
  { filters: { value: { 0: "a" } }, ids: [] },
  { filters: { "address.city": "Rome" }, ids: [] },

  { filters: { at: { eq: { date: "2026-01-31T12:00:00Z" } } }, ids: atNoon },
  { filters: { at: { ne: { date: "2026-01-31T12:00:00Z" } } }, ids: except(...atNoon) },
  { filters: { at: { gt: { date: "2026-01-31T13:00+01:00" } } }, ids: ["justAfterNoon"] },
  { filters: { at: { gte: { date: "2026-01-31" } } }, ids: ["day", ...atNoon, "justAfterNoon"] },
  { filters: { at: { lt: { date: "2026-01-31" } } }, ids: ["leapDay"] },
  { filters: { at: { lte: { date: "2026-01-31" } } }, ids: ["leapDay", "day"] },
  { filters: { at: { between: [{ date: "2026-01-31" }, { date: "2026-01-31T12:00Z" }] } }, ids: ["day", ...atNoon] },
  { filters: { at: { gte: { date: "0000-01-01" } } }, ids: ["day", ...atNoon, "justAfterNoon", "leapDay"] },
  { filters: { at: "2026-01-31T12:00:00Z" }, ids: ["noon"] },

  { filters: { and: [] }, ids: all },
  { filters: { or: [] }, ids: [] },
  { filters: { not: {} }, ids: [] },
  { filters: { not: { missing: "x" } }, ids: all },
  { filters: { not: { value: 1 } }, ids: except("one") },
  { filters: { and: [{ value: 1 }, { value: 2 }] }, ids: [] },
  { filters: { or: [{ value: 1 }, { value: 2 }, { address: { city: "Rome" } }] }, ids: ["one", "two", "rome"] },
  { filters: { value: { exists: true }, or: [{ value: 1 }, { value: "apple" }] }, ids: ["one", "apple"] },
  { filters: { or: [{ value: { gt: 1 } }], not: { value: { gt: 2 } } }, ids: ["two"] },
  {
    filters: { not: { or: [{ value: { exists: true } }, { at: { exists: true } }] }, address: "Rome" },
    ids: ["textAddress"],
  },
  { filters: { and: "x", or: 1, not: null, eq: "literal", in: 2 }, ids: ["reserved"] },
  { filters: { or: { gte: 1 } }, ids: ["reserved"] },
];
