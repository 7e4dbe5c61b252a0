import { setTimeout as sleep } from "node:timers/promises";
import type { Metadata } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { freshNamespace } from "../fresh-namespace.js";
import { isoTime, millisecondsBetween } from "../iso-time.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What `save` promises. */
export function describeSave(memory: MemoryAccessor): void {
  describe("save", () => {
    it("keeps a text, its metadata and its times", async () => {
      const namespace = freshNamespace();
      const saved = await memory().save({
        namespace,
        content: "The user prefers concise summaries.",
        metadata: { source: "profile" },
      });
      expect(saved).toEqual({ id: expect.stringMatching(uuidV7), chunks: 1, expiresAt: null });
      const record = await memory().get({ id: saved.id, namespace });
      expect(record).toEqual({
        id: saved.id,
        namespace,
        content: "The user prefers concise summaries.",
        metadata: { source: "profile" },
        createdAt: expect.stringMatching(isoTime),
        updatedAt: record?.createdAt,
        expiresAt: null,
      });
    });

    it("gives metadata back as it was, whatever JSON it is", async () => {
      const namespace = freshNamespace();
      const metadata: Metadata = {
        text: 'quotes " and \\ and \u2028',
        empty: "",
        yes: true,
        no: false,
        nothing: null,
        numbers: [
          0,
          0.1,
          -1.5,
          1e21,
          1e-7,
          5e-324,
          Number.MAX_VALUE,
          Number.MAX_SAFE_INTEGER,
          -Number.MAX_SAFE_INTEGER,
        ],
        nested: { list: [{ deep: [[], {}, [null]] }], "snake_case and camelCase": { keepMe: 1, keep_me: 2 } },
        clé: "é",
        "cle\u0301": "a decomposed key is another key",
        "🗝️": "🔓",
        "": "the empty key",
        constructor: "a name every object knows",
        toString: 1,
      };
      const { id } = await memory().save({ namespace, content: "Metadata of every kind.", metadata });
      expect((await memory().get({ id, namespace }))?.metadata).toEqual(metadata);
    });

    it("keeps minus zero as zero, like JSON", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "Minus zero.", metadata: { zero: -0 } });
      expect((await memory().get({ id, namespace }))?.metadata).toEqual({ zero: 0 });
    });

    it("takes absent metadata as none, and ttlSeconds null as for ever", async () => {
      const namespace = freshNamespace();
      const { id, expiresAt } = await memory().save({ namespace, content: "Nothing attached.", ttlSeconds: null });
      expect(expiresAt).toBeNull();
      expect(await memory().get({ id, namespace })).toMatchObject({ metadata: {}, expiresAt: null });
    });

    it("keeps the same text twice when no id says it is the same memory", async () => {
      const namespace = freshNamespace();
      const first = await memory().save({ namespace, content: "Said again and again." });
      const second = await memory().save({ namespace, content: "Said again and again." });
      expect(second.id).not.toBe(first.id);
      expect((await memory().list({ namespace })).memories).toHaveLength(2);
    });

    it("says when the memory expires", async () => {
      const namespace = freshNamespace();
      const { id, expiresAt } = await memory().save({ namespace, content: "Gone in an hour.", ttlSeconds: 3_600 });
      expect(expiresAt).toMatch(isoTime);
      const record = await memory().get({ id, namespace });
      expect(record?.expiresAt).toBe(expiresAt);
      const lifetime = millisecondsBetween(record?.createdAt ?? "", expiresAt ?? "");
      expect(Math.abs(lifetime - 3_600_000)).toBeLessThan(5_000);
    });

    it("splits a long text into passages and keeps the text whole", async () => {
      const namespace = freshNamespace();
      const content = longText(48_000);
      const { id, chunks } = await memory().save({ namespace, content });
      expect(chunks).toBeGreaterThan(1);
      expect((await memory().get({ id, namespace }))?.content).toBe(content);
    });

    it("replaces the memory of an id saved again, and keeps its createdAt", async () => {
      const namespace = freshNamespace();
      const id = "preference-7";
      await memory().save({
        namespace,
        id,
        content: "Likes tea.",
        metadata: { drink: "tea", hot: true },
        ttlSeconds: 60,
      });
      const before = await memory().get({ id, namespace });
      await sleep(5);
      const again = await memory().save({ namespace, id, content: "Likes coffee.", metadata: { drink: "coffee" } });
      expect(again).toEqual({ id, chunks: 1, expiresAt: null });
      const after = await memory().get({ id, namespace });
      expect(after).toEqual({
        id,
        namespace,
        content: "Likes coffee.",
        metadata: { drink: "coffee" },
        createdAt: before?.createdAt,
        updatedAt: expect.stringMatching(isoTime),
        expiresAt: null,
      });
      expect(millisecondsBetween(before?.updatedAt ?? "", after?.updatedAt ?? "")).toBeGreaterThan(0);
      expect((await memory().list({ namespace, withTotal: true })).total).toBe(1);
    });

    it("drops metadata that a second save of the id does not give", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, id: "bare", content: "First.", metadata: { old: true } });
      await memory().save({ namespace, id: "bare", content: "Second." });
      expect((await memory().get({ id: "bare", namespace }))?.metadata).toEqual({});
    });

    it("leaves no passage of a replaced text behind", async () => {
      const namespace = freshNamespace();
      const id = "diary";
      await memory().save({ namespace, id, content: `${longText(24_000)} The parrot escaped through the skylight.` });
      await memory().save({ namespace, id, content: "The cat sleeps on the parrot cage." });
      const { results } = await memory().query({
        namespace,
        query: "parrot skylight pear tree",
        mode: "fuzzy",
        k: 100,
      });
      expect(results).toHaveLength(1);
      expect(results[0]).toMatchObject({
        id,
        content: "The cat sleeps on the parrot cage.",
        chunk: { index: 0, count: 1 },
      });
    });

    it("keeps the same id in two namespaces as two memories", async () => {
      const [first, second] = [freshNamespace(), freshNamespace()];
      await memory().save({ namespace: first, id: "note", content: "In the first." });
      await memory().save({ namespace: second, id: "note", content: "In the second." });
      expect((await memory().get({ id: "note", namespace: first }))?.content).toBe("In the first.");
      expect((await memory().get({ id: "note", namespace: second }))?.content).toBe("In the second.");
    });

    it("is seen at once by every other verb", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "Seen at once.", metadata: { seen: true } });
      expect(await memory().get({ id })).toMatchObject({ id, namespace });
      expect((await memory().list({ namespace })).memories.map((record) => record.id)).toEqual([id]);
      expect((await memory().query({ namespace, query: "Seen at once." })).results.map((hit) => hit.id)).toEqual([id]);
      expect(await memory().listNamespaces()).toContainEqual({ namespace, count: 1 });
      expect(await memory().delete({ namespace, filters: { seen: true } })).toEqual({ count: 1 });
    });
  });
}
