import { setTimeout as sleep } from "node:timers/promises";
import type { DeleteInput } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** Conditions that are none, each of which a careless implementation reads as "everything". */
const emptyConditions: ReadonlyArray<{ title: string; conditions: Record<string, unknown> }> = [
  { title: "nothing but the namespace", conditions: {} },
  { title: "an empty filter", conditions: { filters: {} } },
  { title: "a filter that tests nothing", conditions: { filters: { and: [{}] } } },
  {
    title: "conditions that are all undefined",
    conditions: { ids: undefined, content: undefined, filters: undefined },
  },
  { title: "a filter on an undefined value", conditions: { filters: { owner: undefined } } },
  { title: "ids null", conditions: { ids: null } },
  { title: "filters null", conditions: { filters: null } },
  { title: "filters as a list", conditions: { filters: [] } },
  { title: "content null", conditions: { content: null } },
  { title: "empty content", conditions: { content: "" } },
];

/** What `delete` promises. */
export function describeDelete(memory: MemoryAccessor): void {
  /** Four memories: 1 and 2 are tagged x, 1 and 3 have the same content. */
  async function remember(): Promise<string> {
    const namespace = freshNamespace();
    await memory().saveMany([
      { namespace, id: "1", content: "Twin.", metadata: { tag: "x" } },
      { namespace, id: "2", content: "Single.", metadata: { tag: "x" } },
      { namespace, id: "3", content: "Twin.", metadata: { tag: "y" } },
      { namespace, id: "4", content: "Other.", metadata: {} },
    ]);
    return namespace;
  }

  async function remaining(namespace: string): Promise<string[]> {
    return (await memory().list({ namespace })).memories.map((record) => record.id).toSorted();
  }

  describe("delete", () => {
    const cases: ReadonlyArray<{ title: string; conditions: Omit<DeleteInput, "namespace">; left: string[] }> = [
      { title: "ids", conditions: { ids: ["1", "4"] }, left: ["2", "3"] },
      {
        title: "ids, of which some are absent or given twice",
        conditions: { ids: ["1", "1", "absent"] },
        left: ["2", "3", "4"],
      },
      { title: "ids that are all absent", conditions: { ids: ["absent"] }, left: ["1", "2", "3", "4"] },
      { title: "an empty list of ids", conditions: { ids: [] }, left: ["1", "2", "3", "4"] },
      {
        title: "an empty list of ids and an empty filter",
        conditions: { ids: [], filters: {} },
        left: ["1", "2", "3", "4"],
      },
      {
        title: "an empty list of ids and content",
        conditions: { ids: [], content: "Twin." },
        left: ["1", "2", "3", "4"],
      },
      { title: "exact content", conditions: { content: "Twin." }, left: ["2", "4"] },
      { title: "content that is only part of one", conditions: { content: "Twin" }, left: ["1", "2", "3", "4"] },
      { title: "content in other case", conditions: { content: "twin." }, left: ["1", "2", "3", "4"] },
      { title: "content with pattern characters", conditions: { content: "%" }, left: ["1", "2", "3", "4"] },
      { title: "filters", conditions: { filters: { tag: "x" } }, left: ["3", "4"] },
      { title: "filters that match nothing", conditions: { filters: { tag: null } }, left: ["1", "2", "3", "4"] },
      { title: "ids and content", conditions: { ids: ["1", "2"], content: "Twin." }, left: ["2", "3", "4"] },
      { title: "ids and an empty filter", conditions: { ids: ["1"], filters: {} }, left: ["2", "3", "4"] },
      { title: "content and filters", conditions: { content: "Twin.", filters: { tag: "y" } }, left: ["1", "2", "4"] },
      {
        title: "ids, content and filters",
        conditions: { ids: ["1", "2", "3"], content: "Twin.", filters: { tag: "x" } },
        left: ["2", "3", "4"],
      },
    ];

    for (const { title, conditions, left } of cases) {
      it(`deletes by ${title} what meets every condition, and counts it`, async () => {
        const namespace = await remember();
        expect(await memory().delete({ namespace, ...conditions })).toEqual({ count: 4 - left.length });
        expect(await remaining(namespace)).toEqual(left);
      });
    }

    for (const { title, conditions } of emptyConditions) {
      it(`refuses to delete by ${title}, and deletes nothing`, async () => {
        const namespace = await remember();
        await expectRejection(memory().delete({ namespace, ...conditions }), "unprocessable");
        expect(await remaining(namespace)).toEqual(["1", "2", "3", "4"]);
      });
    }

    it("refuses a filter on an undefined value also beside another condition", async () => {
      const namespace = await remember();
      const input = { namespace, content: "Twin.", filters: { tag: undefined } } as unknown as DeleteInput;
      await expectRejection(memory().delete(input), "unprocessable");
      expect(await remaining(namespace)).toEqual(["1", "2", "3", "4"]);
    });

    it("deletes the one that a key names, with its namespace or without", async () => {
      const namespace = await remember();
      const [id, other] = [freshNamespace(), freshNamespace()];
      for (const each of [id, other]) await memory().save({ namespace, id: each, content: "Known by its id." });
      expect(await memory().delete({ id: "1", namespace })).toEqual({ count: 1 });
      expect(await memory().delete({ id })).toEqual({ count: 1 });
      expect(await memory().delete({ id })).toEqual({ count: 0 });
      expect(await memory().delete({ id: other, namespace: freshNamespace() })).toEqual({ count: 0 });
      expect(await remaining(namespace)).toEqual(["2", "3", "4", other].toSorted());
    });

    it("refuses a key that fits memories of several namespaces, and one with conditions", async () => {
      const [namespace, twin] = [await remember(), freshNamespace()];
      const id = freshNamespace();
      for (const each of [namespace, twin]) await memory().save({ namespace: each, id, content: "Twice there." });
      await expectRejection(memory().delete({ id }), "conflict");
      const mixed = { namespace, id, content: "Twice there." } as unknown as DeleteInput;
      await expectRejection(memory().delete(mixed), "unprocessable");
      expect(await remaining(twin)).toEqual([id]);
    });

    it("makes the memory invisible to every verb", async () => {
      const namespace = await remember();
      await memory().delete({ namespace, ids: ["2"] });
      expect(await memory().get({ id: "2", namespace })).toBeNull();
      await expectRejection(memory().update({ id: "2", namespace, content: "Back?" }), "not_found");
      const { results } = await memory().query({ namespace, query: "Single.", mode: "fuzzy", k: 100 });
      expect(results.filter((hit) => hit.id === "2")).toEqual([]);
      expect(await memory().listNamespaces()).toContainEqual({ namespace, count: 3 });
      expect(await memory().delete({ namespace, ids: ["2"] })).toEqual({ count: 0 });
    });

    it("stays inside its namespace", async () => {
      const [mine, other] = [await remember(), await remember()];
      await memory().delete({ namespace: mine, ids: ["1", "2", "3", "4"] });
      expect(await remaining(other)).toEqual(["1", "2", "3", "4"]);
      await memory().delete({ namespace: mine, content: "Twin." });
      await memory().delete({ namespace: mine, filters: { tag: "x" } });
      expect(await remaining(other)).toEqual(["1", "2", "3", "4"]);
    });

    it("deletes nothing in a namespace nothing was ever saved in", async () => {
      const namespace = freshNamespace();
      expect(await memory().delete({ namespace, ids: ["1"] })).toEqual({ count: 0 });
      expect(await memory().delete({ namespace, content: "Twin." })).toEqual({ count: 0 });
      expect(await memory().delete({ namespace, filters: { tag: "x" } })).toEqual({ count: 0 });
    });

    it("lets an id be saved anew, as a new memory", async () => {
      const namespace = await remember();
      const before = await memory().get({ id: "1", namespace });
      await memory().delete({ namespace, ids: ["1"] });
      await sleep(5);
      await memory().save({ namespace, id: "1", content: "Reborn." });
      const after = await memory().get({ id: "1", namespace });
      expect(after).toMatchObject({ content: "Reborn.", metadata: {} });
      expect(Date.parse(after?.createdAt ?? "")).toBeGreaterThan(Date.parse(before?.createdAt ?? ""));
    });
  });
}
