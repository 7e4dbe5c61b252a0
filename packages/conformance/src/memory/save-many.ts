import { describe, expect, it } from "vitest";
import { expectInvalid, expectNotFound } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** What `saveMany` promises. Its greatest size is in limits.ts. */
export function describeSaveMany(memory: MemoryAccessor): void {
  describe("saveMany", () => {
    it("answers in input order, with the passages of each text", async () => {
      const namespace = freshNamespace();
      const saved = await memory().saveMany([
        { namespace, id: "zebra", content: "A zebra." },
        { namespace, id: "novel", content: longText(48_000) },
        { namespace, id: "ant", content: "An ant." },
      ]);
      expect(saved.map(({ id }) => id)).toEqual(["zebra", "novel", "ant"]);
      expect(saved[0]).toEqual({ id: "zebra", chunks: 1 });
      expect(saved[1]?.chunks).toBeGreaterThan(1);
      expect(saved[2]).toEqual({ id: "ant", chunks: 1 });
      expect((await memory().get({ id: "ant", namespace }))?.content).toBe("An ant.");
    });

    it("saves nothing for an empty list", async () => {
      expect(await memory().saveMany([])).toEqual([]);
    });

    it("saves into several namespaces at once", async () => {
      const [first, second] = [freshNamespace(), freshNamespace()];
      await memory().saveMany([
        { namespace: first, id: "same", content: "In the first.", metadata: { place: 1 } },
        { namespace: second, id: "same", content: "In the second.", ttlSeconds: 60 },
      ]);
      expect(await memory().get({ id: "same", namespace: first })).toMatchObject({
        content: "In the first.",
        metadata: { place: 1 },
        expiresAt: null,
      });
      expect(await memory().get({ id: "same", namespace: second })).toMatchObject({
        content: "In the second.",
        metadata: {},
        expiresAt: expect.any(String),
      });
    });

    it("saves none when one is bad, and names the bad one", async () => {
      const namespace = freshNamespace();
      const known = freshNamespace();
      await memory().save({ namespace: known, id: "kept", content: "As it was." });
      const batch = [
        { namespace, content: "Good." },
        { namespace: known, id: "kept", content: "Overwritten?" },
        { namespace, content: " " },
        { namespace, content: "Also good." },
      ];
      await expectInvalid(memory().saveMany(batch), "memories[2].content");
      await expectNotFound(memory().list({ namespace }), "namespace");
      expect((await memory().get({ id: "kept", namespace: known }))?.content).toBe("As it was.");
    });

    it("keeps the last of several inputs with one id, and answers for each", async () => {
      const namespace = freshNamespace();
      const saved = await memory().saveMany([
        { namespace, id: "twice", content: "The first wording.", metadata: { version: 1 } },
        { namespace, id: "once", content: "In between." },
        { namespace, id: "twice", content: "The last wording.", metadata: { version: 2 } },
      ]);
      expect(saved.map(({ id }) => id)).toEqual(["twice", "once", "twice"]);
      expect(await memory().get({ id: "twice", namespace })).toMatchObject({
        content: "The last wording.",
        metadata: { version: 2 },
      });
      const { results } = await memory().query({ namespace, query: "wording", k: 100 });
      expect(results.filter((hit) => hit.id === "twice").map((hit) => hit.content)).toEqual(["The last wording."]);
      expect((await memory().list({ namespace, withTotal: true })).total).toBe(2);
    });

    it("replaces the memories of ids saved before", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, id: "old", content: "Before.", metadata: { old: true } });
      const before = await memory().get({ id: "old", namespace });
      await memory().saveMany([
        { namespace, id: "new", content: "New." },
        { namespace, id: "old", content: "After." },
      ]);
      expect(await memory().get({ id: "old", namespace })).toMatchObject({
        content: "After.",
        metadata: {},
        createdAt: before?.createdAt,
      });
    });
  });
}
