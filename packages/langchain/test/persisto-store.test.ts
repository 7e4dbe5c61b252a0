import { AsyncBatchedStore, InMemoryStore, type BaseStore } from "@langchain/langgraph-checkpoint";
import type { Memory } from "@persisto/core";
import { describe, expect, it } from "vitest";
import { PersistoStore } from "../src/langgraph/index.js";
import { counting, describeOnMemories } from "../../../test/lib/describe-on-memories.js";

const keys = (items: readonly { key: string }[]) => items.map(({ key }) => key);

describeOnMemories("PersistoStore", (place) => {
  const open = (options: object = {}) => new PersistoStore({ ...place(), ...options });

  it("gives back an item as LangGraph has it, and null for one that is not there", async () => {
    const store = open();
    const value = { text: "Likes tea.", tags: ["a"], deep: { n: 1.5, none: null, yes: true } };
    expect(await store.get(["users", "ada"], "taste")).toBeNull();
    await store.put(["users", "ada"], "taste", value);
    const date = expect.any(Date) as Date;
    const item = { value, key: "taste", namespace: ["users", "ada"], createdAt: date, updatedAt: date };
    expect(await store.get(["users", "ada"], "taste")).toStrictEqual(item);
    expect(await store.search(["users"])).toStrictEqual([item]);
    await store.put(["users", "ada"], "taste", { text: "Likes coffee." });
    const changed = await store.get(["users", "ada"], "taste");
    expect(changed?.value).toEqual({ text: "Likes coffee." });
    expect(changed!.updatedAt.getTime()).toBeGreaterThanOrEqual(changed!.createdAt.getTime());
    await store.delete(["users", "ada"], "taste");
    expect(await store.get(["users", "ada"], "taste")).toBeNull();
    await store.delete(["users", "ada"], "taste");
  });

  it("keeps keys and namespaces apart, whatever is in them", async () => {
    const store = open();
    const places: [string[], string][] = [
      [["a"], "b..c"],
      [["a", "b"], "c"],
      [["a"], ".b"],
      [["a/b", "%"], "é ü"],
      [["ab"], "c"],
    ];
    for (const [labels, key] of places) await store.put(labels, key, { at: [...labels, key] });
    for (const [labels, key] of places) {
      expect((await store.get(labels, key))?.value).toEqual({ at: [...labels, key] });
    }
    expect(keys(await store.search(["a"])).toSorted()).toEqual([".b", "b..c", "c"]);
  });

  it("does a batch in order: what it puts it gets, the last put counts", async () => {
    const store = open();
    const [namespace, key] = [["n"], "k"];
    const results = await store.batch([
      { namespace, key },
      { namespace, key, value: { n: 1 } },
      { namespace, key },
      { namespace, key, value: null },
      { namespace, key, value: { n: 2 } },
      { namespace, key: "other", value: { n: 3 } },
      { namespacePrefix: ["n"], filter: { n: { $gte: 2 } } },
      { matchConditions: undefined, limit: 10, offset: 0 },
      { namespace, key, value: null },
      { namespace, key },
    ]);
    expect(results[0]).toBeNull();
    expect(results[2]).toMatchObject({ value: { n: 1 } });
    expect(keys(results[6] as unknown as { key: string }[]).toSorted()).toEqual(["k", "other"]);
    expect(results[7]).toEqual([["n"]]);
    expect(results.at(-1)).toBeNull();
    expect(results).toHaveLength(10);
  });

  it("writes neighbouring puts in one call, and none for an empty batch", async () => {
    const { memory, calls } = counting(place().memory);
    const store = open({ memory });
    expect(await store.batch([])).toEqual([]);
    await store.batch([1, 2, 3].map((n) => ({ namespace: ["n"], key: `k${n}`, value: { n } })));
    expect(calls).toEqual(["saveMany"]);
  });

  it("searches by meaning, nearest first, with filters, in and below a namespace", async () => {
    const store = open();
    await store.put(["users", "ada"], "drink", { text: "Ada drinks green tea.", kind: "taste", rank: 1 });
    await store.put(["users", "ada", "old"], "home", { text: "Ada lived in Lisbon.", kind: "home", rank: 2 });
    await store.put(["users", "adam"], "drink", { text: "Adam drinks green tea.", kind: "taste" });
    const found = await store.search(["users", "ada"], { query: "What does she like to drink?" });
    expect(keys(found)).toEqual(["drink", "home"]);
    expect(found[0]!.score).toBeGreaterThan(found[1]!.score!);
    expect(keys(await store.search(["users", "ada"], { query: "drink", filter: { kind: "home" } }))).toEqual(["home"]);
    expect(keys(await store.search(["users"], { query: "drink", filter: { rank: { $ne: 1 } } }))).toHaveLength(2);
    expect(keys(await store.search([], { filter: { rank: { $nin: [1, 2] } } }))).toEqual(["drink"]);
    expect(await store.search([], { filter: { rank: "1" } })).toEqual([]);
    expect(await store.search(["nobody"], { query: "drink" })).toEqual([]);
    await expect(store.search([], { filter: { rank: { $regex: 1 } } })).rejects.toThrow('"$regex" is no operator');
    await expect(store.search([], { filter: { exists: 1 } })).rejects.toThrow("filter.exists: cannot be filtered by");
  });

  it("pages, with and without a query", async () => {
    const store = open();
    const puts = Array.from({ length: 12 }, (_, n) => ({
      namespace: ["n"],
      key: `k${n}`,
      value: { text: `Note ${n}` },
    }));
    await store.batch([...puts, { namespace: ["n"], key: "silent", value: { text: "Note" }, index: false as const }]);
    expect(await store.search(["n"])).toHaveLength(10);
    expect(keys(await store.search(["n"], { limit: 2, offset: 1 }))).toEqual(["k11", "k10"]);
    const pages = await Promise.all(
      [0, 5, 10, 15].map((offset) => store.search(["n"], { query: "Note 3", limit: 5, offset })),
    );
    expect(pages.map((page) => page.length)).toEqual([5, 5, 3, 0]);
    expect(new Set(keys(pages.flat())).size).toBe(13);
    expect(pages[0]![0]).toMatchObject({ key: "k3", score: expect.any(Number) as number });
    expect(pages[2]![2]).toMatchObject({ key: "silent" });
    expect(pages[2]![2]).not.toHaveProperty("score");
    await expect(store.search(["n"], { query: "Note", offset: 95 })).rejects.toThrow("goes 100 deep at most");
  });

  it("finds by the fields that are to be searched, and by no others", async () => {
    const store = open({ index: { fields: ["title", "parts[*].text"] } });
    const value = { title: "Volcanoes", parts: [{ text: "Lava is hot." }], secret: "The cat sat on the mat." };
    await store.put(["n"], "whole", value);
    await store.put(["n"], "other", { title: "Cooking", parts: [] }, ["title"]);
    await store.put(["n"], "none", { secret: "A cat." });
    const { memory, namespace } = place();
    const store2 = new PersistoStore({ memory, namespace });
    await store2.put(["n"], "a", value, ["parts[0].text"]);
    const { memories } = await memory.list({ namespace });
    expect(memories[0]?.content).toBe("Lava is hot.");
    const found = await store.search(["n"], { query: "Lava" });
    expect(found.map(({ key, score }) => [key, score === undefined])).toEqual([
      ["whole", false],
      ["other", false],
      ["none", true],
    ]);
  });

  it("takes values of any size and depth that a memory can hold", async () => {
    const store = open();
    const deep = JSON.parse("[".repeat(40) + "]".repeat(40)) as unknown;
    const value = {
      kind: "book",
      text: "It was a dark night. ".repeat(3_000),
      list: Array.from({ length: 5_000 }, (_, n) => n),
    };
    await store.put(["n"], "book", value);
    await store.put(["n"], "odd", { a: "\u0000", b: "\ud83d", in: 1, and: [] });
    await store.put(["n"], "deep", { deep });
    await store.put(["n"], "empty", {});
    expect((await store.get(["n"], "book"))?.value).toEqual(value);
    expect((await store.get(["n"], "deep"))?.value).toEqual({ deep });
    expect((await store.get(["n"], "odd"))?.value).toEqual({ a: "\u0000", b: "\ud83d", in: 1, and: [] });
    const [book] = await store.search(["n"], { query: "a dark night", filter: { kind: "book" } });
    expect(book?.value).toEqual(value);
    await expect(store.put(["n"], "huge", { text: "x".repeat(300_000) })).rejects.toThrow(/content/);
  });

  it("lists namespaces by prefix, suffix, wildcards and depth", async () => {
    const store = open();
    const all = [["a", "b", "c"], ["a", "b", "d"], ["a", "x"], ["ab", "b"], ["z"]];
    for (const namespace of all) await store.put(namespace, "k", { n: 1 });
    expect(await store.listNamespaces()).toEqual(all);
    expect(await store.listNamespaces({ prefix: ["a"] })).toEqual(all.slice(0, 3));
    expect(await store.listNamespaces({ suffix: ["b"] })).toEqual([["ab", "b"]]);
    expect(await store.listNamespaces({ prefix: ["*", "b"] })).toEqual([all[0], all[1], all[3]]);
    expect(await store.listNamespaces({ prefix: ["a", "*", "d"] })).toEqual([all[1]]);
    expect(await store.listNamespaces({ suffix: ["*", "d"] })).toEqual([all[1]]);
    expect(await store.listNamespaces({ maxDepth: 2 })).toEqual([["a", "b"], ["a", "x"], ["ab", "b"], ["z"]]);
    expect(await store.listNamespaces({ limit: 2, offset: 1 })).toEqual(all.slice(1, 3));
    await store.delete(["z"], "k");
    expect(await store.listNamespaces({ prefix: ["z"] })).toEqual([]);
  });

  it("lets items expire, and live on when they are read", async () => {
    const { memory, namespace } = place();
    const store = new PersistoStore({ memory, namespace, ttl: { defaultTtl: 10, refreshOnRead: true } });
    await store.put(["n"], "default", { n: 1 });
    await store.put(["n"], "brief", { n: 1 }, false, { ttl: 1 / 60 });
    const life = async (id: string) => Date.parse((await memory.get({ namespace, id }))!.expiresAt!) - Date.now();
    expect(await life("n..default")).toBeGreaterThan(590_000);
    expect(await life("n..brief")).toBeLessThan(1_500);
    await memory.update({ namespace, id: "n..default", ttlSeconds: 100 });
    await store.get(["n"], "default");
    expect(await life("n..default")).toBeGreaterThan(590_000);
    await memory.update({ namespace, id: "n..default", ttlSeconds: 100 });
    await store.search(["n"], { query: "n" });
    expect(await life("n..default")).toBeGreaterThan(590_000);
    await expect.poll(() => memory.list({ namespace }).then(({ memories }) => memories.length)).toBe(1);
  });

  it("refuses what LangGraph refuses", async () => {
    const store = open();
    for (const namespace of [[], ["a.b"], [""], ["langgraph"]]) {
      await expect(store.put(namespace, "k", { n: 1 })).rejects.toThrow();
      await expect(store.put(namespace, "k", { n: 1 }, undefined, { ttl: 1 })).rejects.toThrow();
    }
    // A batch may use LangGraph's own root, but no label that would be two.
    await store.batch([{ namespace: ["langgraph", "x"], key: "k", value: { n: 1 } }]);
    expect(await store.search(["langgraph"])).toHaveLength(1);
    await expect(store.batch([{ namespace: ["a.b"], key: "k", value: {} }])).rejects.toThrow('the label "a.b"');
    await expect(store.batch([{ namespace: [], key: "k", value: {} }])).rejects.toThrow("must have a label");
  });

  it("serves graphs, which hand it out in a wrapper that batches", async () => {
    const wrapped = new AsyncBatchedStore(open());
    wrapped.start();
    await Promise.all([1, 2, 3].map((n) => wrapped.put(["n"], `k${n}`, { n })));
    const [item, found] = await Promise.all([wrapped.get(["n"], "k2"), wrapped.search(["n"], { query: "1" })]);
    expect(item?.value).toEqual({ n: 2 });
    expect(found).toHaveLength(3);
    await wrapped.stop();
  });

  it("answers as LangGraph's InMemoryStore does", async () => {
    const answers = await Promise.all([open(), new InMemoryStore()].map(script));
    expect(answers[0]).toEqual(answers[1]);
  });
});

/** What a store answers, without times and in an order of its own. */
async function script(store: BaseStore): Promise<unknown> {
  await store.put(["a", "b"], "k1", { color: "red", n: 1, deep: { x: 1 } });
  await store.put(["a"], "k2", { color: "blue", n: 2 });
  await store.put(["ab"], "k3", { color: "red" });
  await store.put(["a"], "k2", { color: "green", n: 3 });
  const search = async (prefix: string[], filter?: Record<string, unknown>) =>
    (await store.search(prefix, { filter }))
      .map(({ key, namespace, value }) => ({ key, namespace, value }))
      .toSorted((a, b) => a.key.localeCompare(b.key));
  return [
    await search([]),
    await search(["a"]),
    await search(["a"], { color: "red" }),
    await search([], { n: { $ne: 1 } }),
    await search([], { n: { $gt: 1, $lte: 3 } }),
    await search([], { n: { $in: [1, 3] }, color: { $nin: ["red"] } }),
    await search([], { missing: { $nin: ["x"] } }),
    await search([], { missing: { $eq: null } }),
    await store.listNamespaces({ maxDepth: 1 }),
    await store.listNamespaces({ prefix: ["a"], suffix: ["b"] }),
    (await store.get(["a"], "k2"))?.value,
  ];
}

describe("PersistoStore", () => {
  it("needs a memory", () => {
    expect(() => new PersistoStore({ memory: undefined as unknown as Memory })).toThrow("memory: is missing");
  });
});
