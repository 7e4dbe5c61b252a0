import type { Filters, Metadata } from "@persisto/contract";
import { beforeAll, describe, expect, it } from "vitest";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** One memory for each, all of the same words, so that only filters tell them apart. */
const metadataById: Record<string, Metadata> = {
  profile: { source: "profile" },
  profileInEnglish: { source: "profile", lang: "en" },
  chat: { source: "chat", lang: "en" },
  emptySource: { source: "" },
  one: { count: 1 },
  textOne: { count: "1" },
  active: { active: true },
  inactive: { active: false },
  textTrue: { active: "true" },
  nobody: { owner: null },
  textNull: { owner: "null" },
  tenth: { ratio: 0.1 },
  huge: { big: 1e21 },
  zero: { level: 0 },
  list: { tags: ["a", "b"] },
  nested: { deep: { source: "profile" } },
  injected: { value: "' or 1=1 --" },
  cased: { Source: "profile" },
  none: {},
};

const cases: ReadonlyArray<{ title: string; filters: Filters; ids: string[] }> = [
  { title: "a string", filters: { source: "chat" }, ids: ["chat"] },
  { title: "a string of several memories", filters: { source: "profile" }, ids: ["profile", "profileInEnglish"] },
  { title: "the empty string", filters: { source: "" }, ids: ["emptySource"] },
  { title: "a string in other case", filters: { source: "Profile" }, ids: [] },
  { title: "the beginning of a string", filters: { source: "prof" }, ids: [] },
  { title: "a pattern", filters: { source: "prof%" }, ids: [] },
  { title: "a number", filters: { count: 1 }, ids: ["one"] },
  { title: "a number as text", filters: { count: "1" }, ids: ["textOne"] },
  { title: "a fraction", filters: { ratio: 0.1 }, ids: ["tenth"] },
  { title: "a large number", filters: { big: 1e21 }, ids: ["huge"] },
  { title: "zero", filters: { level: 0 }, ids: ["zero"] },
  { title: "minus zero, which is zero", filters: { level: -0 }, ids: ["zero"] },
  { title: "true", filters: { active: true }, ids: ["active"] },
  { title: "false", filters: { active: false }, ids: ["inactive"] },
  { title: "true as text", filters: { active: "true" }, ids: ["textTrue"] },
  { title: "null, which a missing key is not", filters: { owner: null }, ids: ["nobody"] },
  { title: "null as text", filters: { owner: "null" }, ids: ["textNull"] },
  { title: "a key no memory has", filters: { missing: "x" }, ids: [] },
  { title: "null for a key no memory has", filters: { missing: null }, ids: [] },
  { title: "two keys that both hold", filters: { source: "profile", lang: "en" }, ids: ["profileInEnglish"] },
  { title: "two keys of which one holds", filters: { source: "profile", lang: "de" }, ids: [] },
  { title: "an item of a list, which the list is not", filters: { tags: "a" }, ids: [] },
  { title: "a path into an object, which is no key", filters: { "deep.source": "profile" }, ids: [] },
  { title: "a value that looks like SQL", filters: { value: "' or 1=1 --" }, ids: ["injected"] },
  { title: "a key in other case", filters: { Source: "profile" }, ids: ["cased"] },
  { title: "nothing", filters: {}, ids: Object.keys(metadataById) },
];

/** Keys that a careless implementation would interpret. */
const literalKeys = [
  "a.b",
  "a->b",
  "a,b",
  "$.x",
  "$1",
  "?",
  ":name",
  "{a,b}",
  "a[0]",
  "*",
  "%",
  "_",
  "'; drop table memories; --",
  "x' or '1'='1",
  '"quoted"',
  "it's",
  "back\\slash",
  "",
  " ",
  "id",
  "content",
  "namespace",
  "expiresAt",
  "snake_case",
  "camelCase",
  "ключ🗝️",
  "constructor",
  "hasOwnProperty",
];

/** What filters keep, the same for `list`, `query` and `delete`. */
export function describeFilters(memory: MemoryAccessor): void {
  /** The ids that `list` and `query` agree on. */
  async function matching(namespace: string, filters: Filters): Promise<string[]> {
    const listed = (await memory().list({ namespace, filters })).memories.map((record) => record.id).toSorted();
    const { results } = await memory().query({ namespace, query: "copper kettle", filters, k: 100 });
    expect(results.map((hit) => hit.id).toSorted(), "query and list agree").toEqual(listed);
    return listed;
  }

  describe("filters", () => {
    const namespace = freshNamespace();
    const literal = freshNamespace();

    beforeAll(async () => {
      const content = "A copper kettle.";
      const decoys: Metadata[] = [
        { a: { b: "yes" }, x: "yes", name: "yes" },
        { a: ["yes", "yes"], b: "yes", quoted: "yes" },
        { snakeCase: "yes", camel_case: "yes" },
      ];
      await memory().saveMany([
        ...Object.entries(metadataById).map(([id, metadata]) => ({ namespace, id, content, metadata })),
        ...literalKeys.map((key, index) => ({
          namespace: literal,
          id: `key-${index}`,
          content,
          metadata: { [key]: "yes" },
        })),
        ...decoys.map((metadata, index) => ({ namespace: literal, id: `decoy-${index}`, content, metadata })),
      ]);
    });

    for (const { title, filters, ids } of cases) {
      it(`keep what equals ${title}`, async () => {
        expect(await matching(namespace, filters)).toEqual(ids.toSorted());
      });
    }

    for (const [index, key] of literalKeys.entries()) {
      it(`take the key ${JSON.stringify(key)} literally`, async () => {
        expect(await matching(literal, { [key]: "yes" })).toEqual([`key-${index}`]);
      });
    }

    it("keep the same for delete", async () => {
      const own = freshNamespace();
      const inputs = Object.entries(metadataById).map(([id, metadata]) => ({
        namespace: own,
        id,
        content: "A kettle.",
        metadata,
      }));
      await memory().saveMany(inputs);
      const deleting = cases.filter(({ filters }) => Object.keys(filters).length > 0);
      for (const { title, filters, ids } of deleting) {
        expect(await memory().delete({ namespace: own, filters }), title).toEqual({ count: ids.length });
        await memory().saveMany(inputs.filter(({ id }) => ids.includes(id)));
      }
    });

    it("do not mistake the keys of one memory for another's words", async () => {
      const { results } = await memory().query({
        namespace,
        query: "profile",
        filters: { source: "chat" },
        mode: "fuzzy",
        k: 100,
      });
      expect(results.filter((hit) => hit.id !== "chat")).toEqual([]);
    });
  });
}
