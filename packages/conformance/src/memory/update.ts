import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { expectInvalid, expectNotFound, expectRejection } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { isoTime, millisecondsBetween } from "../iso-time.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** What `update` promises. */
export function describeUpdate(memory: MemoryAccessor): void {
  describe("update", () => {
    it("returns the memory as it is now, and changes only what it is given", async () => {
      const namespace = freshNamespace();
      const { id, expiresAt } = await memory().save({
        namespace,
        content: "Lives in Oslo.",
        metadata: { city: "Oslo", sure: true },
        ttlSeconds: 3_600,
      });
      const before = await memory().get({ id, namespace });
      await sleep(5);
      const after = await memory().update({ id, namespace, content: "Lives in Bergen." });
      expect(after).toEqual({ ...before, content: "Lives in Bergen.", updatedAt: expect.stringMatching(isoTime) });
      expect(after.expiresAt).toBe(expiresAt);
      expect(millisecondsBetween(before?.updatedAt ?? "", after.updatedAt)).toBeGreaterThan(0);
      expect(await memory().get({ id, namespace })).toEqual(after);
    });

    it("finds new content and no longer the old", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: longText(24_000), metadata: { kept: true } });
      await memory().update({ id, namespace, content: "The walrus plays chess." });
      const { results } = await memory().query({
        namespace,
        query: "walrus chess pear tree window",
        mode: "fuzzy",
        k: 100,
      });
      expect(results).toHaveLength(1);
      expect(results[0]).toMatchObject({
        id,
        content: "The walrus plays chess.",
        metadata: { kept: true },
        chunk: { index: 0, count: 1 },
      });
    });

    it("replaces metadata as a whole, also in query results and filters", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "A red bicycle.", metadata: { old: 1, both: "old" } });
      expect((await memory().update({ id, namespace, metadata: { both: "new" } })).metadata).toEqual({ both: "new" });
      const { results } = await memory().query({ namespace, query: "red bicycle", filters: { both: "new" } });
      expect(results.map((hit) => hit.metadata)).toEqual([{ both: "new" }]);
      expect((await memory().query({ namespace, query: "red bicycle", filters: { old: 1 } })).results).toEqual([]);
      expect((await memory().update({ id, namespace, metadata: {} })).metadata).toEqual({});
    });

    it("sets the expiry from now, and removes it for null", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "For a while." });
      const limited = await memory().update({ id, namespace, ttlSeconds: 7_200 });
      const lifetime = millisecondsBetween(limited.updatedAt, limited.expiresAt ?? "");
      expect(Math.abs(lifetime - 7_200_000)).toBeLessThan(5_000);
      expect((await memory().update({ id, namespace, ttlSeconds: null })).expiresAt).toBeNull();
      expect((await memory().get({ id, namespace }))?.expiresAt).toBeNull();
    });

    it("changes everything at once", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "Old.", metadata: { old: true }, ttlSeconds: 60 });
      const after = await memory().update({
        id,
        namespace,
        content: "New.",
        metadata: { new: true },
        ttlSeconds: null,
      });
      expect(after).toMatchObject({ content: "New.", metadata: { new: true }, expiresAt: null });
    });

    it("changes the size of a memory in passages", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "Short." });
      const content = longText(48_000, "Chapter");
      await memory().update({ id, namespace, content });
      const { results } = await memory().query({ namespace, query: "chapter", k: 100 });
      expect(results[0]?.chunk.count).toBeGreaterThan(1);
      for (const hit of results) expect(content).toContain(hit.content);
    });

    it("leaves other memories alone, also those of the same id", async () => {
      const [namespace, other] = [freshNamespace(), freshNamespace()];
      await memory().saveMany([
        { namespace, id: "same", content: "Mine." },
        { namespace, id: "neighbour", content: "Next door." },
        { namespace: other, id: "same", content: "Elsewhere." },
      ]);
      await memory().update({ id: "same", namespace, content: "Changed." });
      expect((await memory().get({ id: "neighbour", namespace }))?.content).toBe("Next door.");
      expect((await memory().get({ id: "same", namespace: other }))?.content).toBe("Elsewhere.");
    });

    it("needs the namespace only when several hold the id", async () => {
      const [first, second] = [freshNamespace(), freshNamespace()];
      const id = freshNamespace("id");
      await memory().save({ namespace: first, id, content: "One." });
      expect((await memory().update({ id, content: "Uno." })).content).toBe("Uno.");
      await memory().save({ namespace: second, id, content: "Two." });
      await expectRejection(memory().update({ id, content: "Which?" }), "conflict");
      expect((await memory().get({ id, namespace: first }))?.content).toBe("Uno.");
      expect((await memory().get({ id, namespace: second }))?.content).toBe("Two.");
    });

    it("refuses a memory that is absent, and makes none", async () => {
      const [namespace, other] = [freshNamespace(), freshNamespace()];
      await memory().save({ namespace, id: "here", content: "Here." });
      await memory().save({ namespace: other, content: "There." });
      await expectNotFound(memory().update({ id: "absent", namespace, content: "New?" }), "memory");
      await expectNotFound(memory().update({ id: "here", namespace: other, metadata: {} }), "memory");
      await expectNotFound(memory().update({ id: freshNamespace("absent"), ttlSeconds: 60 }), "memory");
      await expectRejection(memory().update({ id: "here", namespace: freshNamespace(), content: "New?" }), "not_found");
      expect((await memory().list({ namespace, withTotal: true })).total).toBe(1);
    });

    it("refuses to change nothing", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "As it is." });
      await expectInvalid(memory().update({ id, namespace }), "");
    });
  });
}
