import { describe, expect, it } from "vitest";
import { expectNotFound } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** Beginnings of namespace names that a careless URL, path or query would misread. */
const awkwardNames = [
  "team/user",
  "/",
  "../..",
  ".",
  "user:42",
  "a b",
  " padded ",
  "100%",
  "%2F",
  "a+b",
  "what?x=1&namespace=other",
  "#fragment",
  "user@example.com",
  '"quoted" \\ back',
  "'; drop table memories; --",
  "имя-鍵-🗝️",
  "\ufeffbyte order mark",
  "*",
  "counts",
];

/** What `listNamespaces` and `deleteNamespace` promise, and which names a namespace may have. */
export function describeNamespaces(memory: MemoryAccessor): void {
  describe("namespaces", () => {
    it("are listed by name, with the number of their live memories", async () => {
      const prefix = freshNamespace("listed");
      const [a, b, c] = [`${prefix}-a`, `${prefix}-b`, `${prefix}-c`];
      await memory().saveMany([
        { namespace: c, content: "One." },
        { namespace: a, content: "One." },
        { namespace: b, id: "gone", content: "One." },
        { namespace: a, content: "Two." },
      ]);
      await memory().delete({ namespace: b, ids: ["gone"] });
      const listed = (await memory().listNamespaces()).filter(({ namespace }) => namespace.startsWith(prefix));
      expect(listed).toEqual([
        { namespace: a, count: 2 },
        { namespace: b, count: 0 },
        { namespace: c, count: 1 },
      ]);
    });

    it("count a memory once however often it is replaced and however long it is", async () => {
      const namespace = freshNamespace();
      for (const content of ["First.", "Second.", "Third."]) await memory().save({ namespace, id: "same", content });
      expect(await memory().listNamespaces()).toContainEqual({ namespace, count: 1 });
    });

    it("are deleted with all they hold, and are unknown from then on", async () => {
      const namespace = freshNamespace();
      await memory().saveMany([
        { namespace, id: "1", content: "One." },
        { namespace, id: "2", content: "Two." },
      ]);
      expect(await memory().deleteNamespace({ namespace })).toEqual({ count: 2 });
      expect(await memory().get({ id: "1", namespace })).toBeNull();
      expect((await memory().listNamespaces()).map((each) => each.namespace)).not.toContain(namespace);
      await expectNotFound(memory().query({ namespace, query: "One." }), "namespace");
      await expectNotFound(memory().list({ namespace }), "namespace");
      expect(await memory().deleteNamespace({ namespace })).toEqual({ count: 0 });
    });

    it("can be filled again after they were deleted", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, id: "1", content: "The former life." });
      await memory().deleteNamespace({ namespace });
      await memory().save({ namespace, id: "2", content: "The new life." });
      const { results } = await memory().query({ namespace, query: "life", k: 100 });
      expect(results.map((hit) => hit.id)).toEqual(["2"]);
      expect(await memory().listNamespaces()).toContainEqual({ namespace, count: 1 });
    });

    it("are deleted one at a time: others of the same beginning or case stay", async () => {
      const namespace = freshNamespace("case");
      const others = [
        `${namespace}-more`,
        namespace.toUpperCase(),
        `${namespace} `,
        `${namespace}%`,
        `${namespace.slice(0, -1)}_`,
      ];
      await memory().saveMany(
        [namespace, ...others].map((name) => ({ namespace: name, id: "1", content: `In "${name}".` })),
      );
      expect(await memory().deleteNamespace({ namespace })).toEqual({ count: 1 });
      for (const other of others) {
        expect((await memory().get({ id: "1", namespace: other }))?.content).toBe(`In "${other}".`);
      }
    });

    it("give 0 when they are deleted without having existed", async () => {
      expect(await memory().deleteNamespace({ namespace: freshNamespace() })).toEqual({ count: 0 });
    });

    it.each(awkwardNames)("may begin like %j", async (beginning) => {
      const namespace = freshNamespace(beginning);
      const { id } = await memory().save({ namespace, content: "A pink flamingo.", metadata: { here: true } });
      expect(await memory().get({ id, namespace })).toMatchObject({ id, namespace });
      const { results } = await memory().query({ namespace, query: "pink flamingo" });
      expect(results.map((hit) => hit.namespace)).toEqual([namespace]);
      expect((await memory().list({ namespace })).memories.map((record) => record.namespace)).toEqual([namespace]);
      expect((await memory().update({ id, namespace, metadata: {} })).namespace).toBe(namespace);
      expect((await memory().listQueries({ namespace })).queries.map((entry) => entry.namespace)).toEqual([namespace]);
      expect(await memory().listNamespaces()).toContainEqual({ namespace, count: 1 });
      expect(await memory().delete({ namespace, ids: [id] })).toEqual({ count: 1 });
      expect(await memory().deleteNamespace({ namespace })).toEqual({ count: 0 });
    });

    it.each([".", "..", "/", " ", "null", "__proto__", "constructor"])("may be called just %j", async (namespace) => {
      const { id } = await memory().save({ namespace, content: "In a place of few letters." });
      expect(await memory().get({ id, namespace })).toMatchObject({ id, namespace });
      expect((await memory().list({ namespace, limit: 1_000 })).memories.map((record) => record.id)).toContain(id);
      // Others may use such a name too, so only the least count is known.
      const listed = (await memory().listNamespaces()).filter((each) => each.namespace === namespace);
      expect(listed).toEqual([{ namespace, count: expect.any(Number) }]);
      expect(listed[0]?.count).toBeGreaterThan(0);
      expect(await memory().delete({ namespace, ids: [id] })).toEqual({ count: 1 });
    });
  });
}
