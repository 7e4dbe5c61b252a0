import { describe, expect, it } from "vitest";
import { expectInvalid } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

const hourMs = 3_600_000;
const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Times that users give: of memories from elsewhere, and when a memory expires. */
export function describeTimes(memory: MemoryAccessor): void {
  describe("times", () => {
    it("of a memory from elsewhere are kept", async () => {
      const namespace = freshNamespace();
      const createdAt = "2019-03-04T05:06:07.890Z";
      const updatedAt = "2020-01-01T00:00:00.000Z";
      await memory().save({ namespace, id: "both", content: "x", createdAt, updatedAt });
      await memory().saveMany([{ namespace, id: "one", content: "x", createdAt: "2019-03-04T06:06:07.890+01:00" }]);
      expect(await memory().get({ namespace, id: "both" })).toMatchObject({ createdAt, updatedAt });
      expect(await memory().get({ namespace, id: "one" })).toMatchObject({ createdAt, updatedAt: createdAt });
    });

    it("are those of a memory that is replaced, too, and stay when nothing is said", async () => {
      const namespace = freshNamespace();
      const key = { namespace, id: "again" };
      const createdAt = "2019-03-04T05:06:07.000Z";
      await memory().save({ ...key, content: "first" });
      await memory().save({ ...key, content: "second", createdAt });
      expect(await memory().get(key)).toMatchObject({ content: "second", createdAt, updatedAt: createdAt });
      await memory().save({ ...key, content: "third" });
      const third = await memory().get(key);
      expect(third).toMatchObject({ content: "third", createdAt });
      expect(Date.parse(third!.updatedAt)).toBeGreaterThan(Date.now() - hourMs);
    });

    it("are what recency goes by", async () => {
      const namespace = freshNamespace();
      const content = "The harbour opens at six.";
      await memory().saveMany([
        { namespace, id: "new", content },
        { namespace, id: "old", content, createdAt: fromNow(-400 * 24 * hourMs) },
      ]);
      const { results } = await memory().query({ namespace, query: "harbour", mode: "recency" });
      expect(results.map(({ id }) => id)).toEqual(["new", "old"]);
      expect(results[0]!.score).toBeGreaterThan(results[1]!.score);
    });

    it("do not change the order of a list, which is that of saving", async () => {
      const namespace = freshNamespace();
      for (const [id, createdAt] of [
        ["a", "2024-01-01"],
        ["b", "2022-01-01"],
        ["c", "2023-01-01"],
      ] as const) {
        await memory().save({ namespace, id, content: "x", createdAt });
      }
      const ids = async (order?: "newest" | "oldest") =>
        (await memory().list({ namespace, ...(order && { order }) })).memories.map(({ id }) => id);
      expect(await ids()).toEqual(["c", "b", "a"]);
      expect(await ids("newest")).toEqual(["c", "b", "a"]);
      expect(await ids("oldest")).toEqual(["a", "b", "c"]);
    });

    it("of expiry are kept to the millisecond, in place of a duration", async () => {
      const namespace = freshNamespace();
      const expiresAt = fromNow(hourMs);
      const saved = await memory().save({ namespace, id: "given", content: "x", expiresAt });
      expect(saved.expiresAt).toBe(expiresAt);
      await memory().saveMany([{ namespace, id: "never", content: "x", expiresAt: null }]);
      expect(await memory().get({ namespace, id: "given" })).toMatchObject({ expiresAt });
      expect(await memory().get({ namespace, id: "never" })).toMatchObject({ expiresAt: null });
    });

    it("of expiry end a memory", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, id: "short", content: "x", expiresAt: fromNow(1_500) });
      await expect.poll(() => memory().get({ namespace, id: "short" }), { timeout: 20_000 }).toBeNull();
    });

    it("of a page continue in the order they began in", async () => {
      const namespace = freshNamespace();
      await memory().saveMany(["a", "b", "c"].map((id) => ({ namespace, id, content: "x" })));
      const first = await memory().list({ namespace, order: "oldest", limit: 2 });
      expect(first.memories.map(({ id }) => id)).toEqual(["a", "b"]);
      const cursor = first.nextCursor!;
      const second = await memory().list({ namespace, order: "oldest", limit: 2, cursor });
      expect(second).toMatchObject({ memories: [{ id: "c" }], nextCursor: null });
      await expectInvalid(memory().list({ namespace, cursor }), "cursor");
    });

    it.each([
      ["createdAt", { createdAt: fromNow(hourMs) }],
      ["createdAt", { createdAt: "yesterday" }],
      ["updatedAt", { updatedAt: "2020-01-01" }],
      ["updatedAt", { createdAt: "2020-01-02", updatedAt: "2020-01-01" }],
      ["updatedAt", { createdAt: "2020-01-02", updatedAt: fromNow(hourMs) }],
      ["expiresAt", { expiresAt: fromNow(-1_000) }],
      ["expiresAt", { expiresAt: fromNow(11 * 366 * 24 * hourMs) }],
      ["expiresAt", { expiresAt: fromNow(hourMs), ttlSeconds: 60 }],
    ])("are refused when %s is wrong: %j", async (field, times) => {
      await expectInvalid(memory().save({ namespace: freshNamespace(), content: "x", ...times }), field);
    });

    it("refuse an order that there is none of", async () => {
      await expectInvalid(memory().list({ order: "random" as "newest" }), "order");
    });
  });
}
