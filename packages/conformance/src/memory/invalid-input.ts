import { limits, type Memory } from "@persisto/contract";
import { describe, it } from "vitest";
import { expectInvalid } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

interface Case {
  title: string;
  input: Record<string, unknown>;
  field: string | RegExp;
  code?: "too_large";
}

type Verb = "query" | "list" | "get" | "update" | "delete" | "deleteNamespace" | "listQueries";

const manyFilters = Object.fromEntries(
  Array.from({ length: limits.filterNodes + 1 }, (_, index) => [`key${index}`, index]),
);
const protoFilter = JSON.parse('{"__proto__":"x"}') as Record<string, unknown>;

const badNamespaces: readonly Case[] = [
  { title: "an empty namespace", input: { namespace: "" }, field: "namespace" },
  { title: "a namespace with NUL", input: { namespace: "a\u0000b" }, field: "namespace" },
  { title: "a namespace with a line break", input: { namespace: "a\nb" }, field: "namespace" },
  { title: "a namespace with half a surrogate pair", input: { namespace: "a\ud83d" }, field: "namespace" },
  { title: "a namespace too long", input: { namespace: "n".repeat(limits.namespaceBytes + 1) }, field: "namespace" },
];

const badIds: readonly Case[] = [
  { title: "an empty id", input: { id: "" }, field: "id" },
  { title: "the id .", input: { id: "." }, field: "id" },
  { title: "the id ..", input: { id: ".." }, field: "id" },
  { title: "an id with NUL", input: { id: "a\u0000b" }, field: "id" },
  { title: "an id with half a surrogate pair", input: { id: "a\ud83d" }, field: "id" },
  { title: "an id too long", input: { id: "i".repeat(limits.idBytes + 1) }, field: "id" },
];

const badFilters: readonly Case[] = [
  { title: "a filter on a list", input: { filters: { tags: ["a"] } }, field: "filters.tags" },
  { title: "a filter on an empty object", input: { filters: { size: {} } }, field: "filters.size" },
  { title: "an operator beside a key", input: { filters: { size: { gt: 1, unit: "cm" } } }, field: "filters.size" },
  { title: "an operand of the wrong type", input: { filters: { size: { gt: null } } }, field: "filters.size.gt" },
  { title: "a wrong value in a list", input: { filters: { size: { in: ["s", ["m"]] } } }, field: "filters.size.in[1]" },
  {
    title: "a date that is no day",
    input: { filters: { snake_case: { gte: { date: "2026-02-31" } } } },
    field: "filters.snake_case.gte.date",
  },
  {
    title: "a wrong filter in a combination",
    input: { filters: { or: [{ a: 1 }, { not: { camelCase: { b_c: [] } } }] } },
    field: "filters.or[1].not.camelCase.b_c",
  },
  {
    title: "an undefined operand",
    input: { filters: { or: [{ a: { gt: 1, lt: undefined } }] } },
    field: "filters.or[0].a.lt",
  },
  { title: "a filter on an undefined value", input: { filters: { owner: undefined } }, field: "filters.owner" },
  { title: "a filter on the key __proto__", input: { filters: protoFilter }, field: "filters.__proto__" },
  { title: "a filter on a text with NUL", input: { filters: { a: "\u0000" } }, field: "filters.a" },
  { title: "a filter on half a surrogate pair", input: { filters: { a: "\ud83d" } }, field: "filters.a" },
  { title: "a filter of too many keys", input: { filters: manyFilters }, field: "filters" },
];

/** Not for verbs whose input travels in a URL, where everything is text. */
const badTypes: readonly Case[] = [
  { title: "a namespace that is a number", input: { namespace: 42 }, field: "namespace" },
  { title: "filters that are a list", input: { filters: [] }, field: "filters" },
  { title: "filters that are null", input: { filters: null }, field: "filters" },
  { title: "filters that are a text", input: { filters: "source" }, field: "filters" },
];

const badLimits: readonly Case[] = [
  { title: "a limit of 0", input: { limit: 0 }, field: "limit" },
  { title: "a negative limit", input: { limit: -1 }, field: "limit" },
  { title: "a limit of one and a half", input: { limit: 1.5 }, field: "limit" },
  { title: "a limit too high", input: { limit: limits.pageSize + 1 }, field: "limit" },
];

const badCursors: readonly Case[] = [
  { title: "an empty cursor", input: { cursor: "" }, field: "cursor" },
  { title: "a cursor too long", input: { cursor: "c".repeat(513) }, field: "cursor" },
];

const unknownField: Case = { title: "an unknown field", input: { colour: "red" }, field: "colour" };

const badChanges: readonly Case[] = [
  { title: "empty content", input: { content: "" }, field: "content" },
  { title: "blank content", input: { content: " \n" }, field: "content" },
  { title: "content that is null", input: { content: null }, field: "content" },
  { title: "content with NUL", input: { content: "\u0000" }, field: "content" },
  {
    title: "content too long",
    input: { content: "x".repeat(limits.contentBytes + 1) },
    field: "content",
    code: "too_large",
  },
  { title: "metadata that is null", input: { metadata: null }, field: "metadata" },
  { title: "metadata that is a list", input: { metadata: [1] }, field: "metadata" },
  {
    title: "metadata too large",
    input: { metadata: { note: "x".repeat(limits.metadataBytes) } },
    field: "metadata",
    code: "too_large",
  },
  { title: "a ttl of 0", input: { ttlSeconds: 0 }, field: "ttlSeconds" },
  { title: "a ttl that is a text", input: { ttlSeconds: "60" }, field: "ttlSeconds" },
  { title: "a ttl in the spelling of the wire", input: { ttl_seconds: 60 }, field: "ttl_seconds" },
];

const badQueries: readonly Case[] = [
  { title: "no query", input: { query: undefined }, field: "query" },
  { title: "an empty query", input: { query: "" }, field: "query" },
  { title: "a blank query", input: { query: "\t \n" }, field: "query" },
  { title: "a query that is a number", input: { query: 42 }, field: "query" },
  { title: "a query with NUL", input: { query: "a\u0000" }, field: "query" },
  { title: "a query with half a surrogate pair", input: { query: "\udd11" }, field: "query" },
  { title: "a query too long", input: { query: "x".repeat(limits.queryBytes + 1) }, field: "query", code: "too_large" },
  { title: "k 0", input: { k: 0 }, field: "k" },
  { title: "a negative k", input: { k: -1 }, field: "k" },
  { title: "k too high", input: { k: limits.k + 1 }, field: "k" },
  { title: "k of one and a half", input: { k: 1.5 }, field: "k" },
  { title: "k as text", input: { k: "3" }, field: "k" },
  { title: "an unknown mode", input: { mode: "exact" }, field: "mode" },
  { title: "a mode that is null", input: { mode: null }, field: "mode" },
  { title: "a profile with an unknown field", input: { mode: { colour: "red" } }, field: /^mode(\.colour)?$/ },
  { title: "a profile with k too high", input: { mode: { k: limits.k + 1 } }, field: /^mode(\.k)?$/ },
  { title: "a profile with too much weight", input: { mode: { vectorWeight: 2 } }, field: /^mode(\.vectorWeight)?$/ },
  {
    title: "a profile with relevance above 1",
    input: { mode: { minRelevance: 1.1 } },
    field: /^mode(\.minRelevance)?$/,
  },
  { title: "a profile with negative diversity", input: { mode: { diversity: -0.1 } }, field: /^mode(\.diversity)?$/ },
  { title: "a profile with unknown retrieval", input: { mode: { retrieval: "magic" } }, field: /^mode(\.retrieval)?$/ },
  { title: "a profile grouped by chance", input: { mode: { groupBy: "chance" } }, field: /^mode(\.groupBy)?$/ },
  {
    title: "a profile with a half-life of 0",
    input: { mode: { recency: { weight: 1, halfLifeDays: 0 } } },
    field: /^mode/,
  },
];

const badDeletes: readonly Case[] = [
  { title: "an id that is a number", input: { ids: ["1", 2] }, field: "ids[1]" },
  { title: "an empty id", input: { ids: [""] }, field: "ids[0]" },
  { title: "ids that are a text", input: { ids: "1" }, field: "ids" },
  { title: "ids that are null", input: { ids: null }, field: "ids" },
  { title: "too many ids", input: { ids: Array.from({ length: limits.batch + 1 }, String) }, field: "ids" },
  { title: "empty content", input: { content: "" }, field: "content" },
  { title: "content that is null", input: { content: null }, field: "content" },
];

const badDates: readonly Case[] = [
  { title: "a start date in words", input: { startDate: "yesterday" }, field: "startDate" },
  {
    title: "a start date in a year that Postgres does not know",
    input: { startDate: "0000-01-01" },
    field: "startDate",
  },
  { title: "a start date that is no day", input: { startDate: "2026-02-30" }, field: "startDate" },
  { title: "an end date in the 13th month", input: { endDate: "2026-13-01T00:00:00Z" }, field: "endDate" },
  { title: "an empty end date", input: { endDate: "" }, field: "endDate" },
];

const casesByVerb: Record<Verb, readonly Case[]> = {
  query: [...badQueries, ...badNamespaces, ...badFilters, ...badTypes, unknownField],
  list: [...badNamespaces, ...badFilters, ...badLimits, ...badCursors, unknownField],
  get: [...badIds, ...badNamespaces],
  update: [...badChanges, ...badIds, ...badNamespaces, unknownField],
  delete: [...badDeletes, ...badNamespaces, ...badFilters, ...badTypes, unknownField],
  deleteNamespace: [
    ...badNamespaces,
    { title: "no namespace", input: { namespace: undefined }, field: "namespace" },
    { title: "conditions, which only delete takes", input: { ids: ["1"] }, field: "ids" },
  ],
  listQueries: [...badDates, ...badNamespaces, ...badLimits, ...badCursors, unknownField],
};

/** A call that would succeed, were it not for what is overridden. */
async function call(memory: Memory, verb: Verb, overrides: Record<string, unknown>): Promise<unknown> {
  const namespace = freshNamespace();
  await memory.save({ namespace, id: "1", content: "A good text." });
  const valid: Record<Verb, Record<string, unknown>> = {
    query: { namespace, query: "A good question?" },
    list: { namespace },
    get: { namespace, id: "1" },
    update: { namespace, id: "1", content: "A better text." },
    delete: { namespace, ids: ["1"] },
    deleteNamespace: { namespace },
    listQueries: { namespace },
  };
  const run = memory[verb].bind(memory) as (input: unknown) => Promise<unknown>;
  return run({ ...valid[verb], ...overrides });
}

/** What the verbs other than `save` and `saveMany` refuse. */
export function describeInvalidInput(memory: MemoryAccessor): void {
  for (const [verb, cases] of Object.entries(casesByVerb) as Array<[Verb, readonly Case[]]>) {
    describe(`invalid input to ${verb}`, () => {
      for (const { title, input, field, code } of cases) {
        it(`refuses ${title} and names the field`, async () => {
          await expectInvalid(call(memory(), verb, input), field, code);
        });
      }
    });
  }
}
