import { describe, expect, it } from "vitest";
import { expectRejection } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** Ids that a careless URL, path or query would misread. Each is the name of a route, or needs escaping. */
const awkwardIds = [
  "list",
  "namespaces",
  "save",
  "save-many",
  "query",
  "delete",
  "a/b",
  "/",
  "//evil.example/x",
  "../list",
  "a b",
  " padded ",
  "100%",
  "%2F",
  "%00",
  "a+b",
  "what?x=1&namespace=other",
  "#fragment",
  "a;b=c,d",
  ":id",
  "*",
  "...",
  '"quoted" \\ back',
  "'; drop table memories; --",
  "ключ-鍵-🗝️",
  "e\u0301 is not é",
  "\ufeffbyte order mark",
  "constructor",
  "null",
];

/** What `get` promises. */
export function describeGet(memory: MemoryAccessor): void {
  describe("get", () => {
    it("gives null for an id that is absent, or in another namespace", async () => {
      const [namespace, other] = [freshNamespace(), freshNamespace()];
      const id = freshNamespace("id");
      await memory().save({ namespace, id, content: "Only here." });
      await memory().save({ namespace: other, content: "Something else." });
      expect(await memory().get({ id: freshNamespace("absent"), namespace })).toBeNull();
      expect(await memory().get({ id: freshNamespace("absent") })).toBeNull();
      expect(await memory().get({ id, namespace: other })).toBeNull();
      expect(await memory().get({ id, namespace: freshNamespace() })).toBeNull();
    });

    it("finds an id without a namespace when only one holds it", async () => {
      const namespace = freshNamespace();
      const id = freshNamespace("id");
      await memory().save({ namespace, id, content: "The only one." });
      expect(await memory().get({ id })).toMatchObject({ id, namespace, content: "The only one." });
    });

    it("asks for the namespace when several hold the id", async () => {
      const [first, second] = [freshNamespace(), freshNamespace()];
      const id = freshNamespace("id");
      await memory().save({ namespace: first, id, content: "One of two." });
      await memory().save({ namespace: second, id, content: "Two of two." });
      await expectRejection(memory().get({ id }), "conflict");
      expect((await memory().get({ id, namespace: second }))?.content).toBe("Two of two.");
    });

    it("tells ids apart that differ only in case or spaces", async () => {
      const namespace = freshNamespace();
      await memory().saveMany(["Id", "id", "id ", " id"].map((id) => ({ namespace, id, content: `I am "${id}".` })));
      for (const id of ["Id", "id", "id ", " id"]) {
        expect((await memory().get({ id, namespace }))?.content).toBe(`I am "${id}".`);
      }
    });

    it("reads, changes and deletes memories whatever characters their ids have", async () => {
      const namespace = freshNamespace();
      await memory().saveMany(awkwardIds.map((id) => ({ namespace, id, content: `I am ${id}.` })));
      for (const id of awkwardIds) {
        expect(await memory().get({ id, namespace })).toMatchObject({ id, namespace, content: `I am ${id}.` });
        expect(await memory().update({ id, namespace, metadata: { id } })).toMatchObject({ id, metadata: { id } });
      }
      const listed = (await memory().list({ namespace })).memories.map((record) => record.id);
      expect(listed.toSorted()).toEqual(awkwardIds.toSorted());
      for (const id of awkwardIds) expect(await memory().delete({ namespace, ids: [id] })).toEqual({ count: 1 });
    });
  });
}
