import { setTimeout as sleep } from "node:timers/promises";
import type { MemoryRecord } from "@persisto/contract";
import { beforeAll, describe, expect, it } from "vitest";
import { expectNotFound, expectRejection } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** What a time to live does: once it is over, the memory is as good as absent. */
export function describeTtl(memory: MemoryAccessor): void {
  describe("time to live", () => {
    const mixed = freshNamespace();
    const emptied = freshNamespace();
    const deleted = freshNamespace();
    const [elsewhere, here] = [freshNamespace(), freshNamespace()];
    const shared = freshNamespace("id");
    const run = freshNamespace("run");
    let beforeExpiry: MemoryRecord | null;

    // One wait for all of the tests, with four seconds to rescue what is to be rescued.
    beforeAll(async () => {
      const expiring = { content: "The coupon code is SUMMER.", metadata: { run, kind: "coupon" }, ttlSeconds: 4 };
      const lasting = { content: "The coupon rules are printed on the back.", metadata: { run, kind: "rules" } };
      await memory().saveMany([
        ...["gone", "renewed", "revived"].map((id) => ({ namespace: mixed, id, ...expiring })),
        ...["freed", "extended", "replaced"].map((id) => ({ namespace: mixed, id, ...expiring })),
        ...["lasting", "shortened"].map((id) => ({ namespace: mixed, id, ...lasting })),
        { namespace: emptied, id: "gone", ...expiring },
        { namespace: deleted, id: "gone", ...expiring },
        { namespace: deleted, id: "lasting", ...lasting },
        { namespace: elsewhere, id: shared, ...expiring },
        { namespace: here, id: shared, ...lasting },
      ]);
      beforeExpiry = await memory().get({ id: "renewed", namespace: mixed });
      await memory().update({ id: "freed", namespace: mixed, ttlSeconds: null });
      await memory().update({ id: "extended", namespace: mixed, ttlSeconds: 3_600 });
      await memory().save({ namespace: mixed, id: "replaced", content: lasting.content, metadata: lasting.metadata });
      await memory().update({ id: "shortened", namespace: mixed, ttlSeconds: 1 });
      await memory().query({ namespace: emptied, query: "coupon" });
      await sleep(4_200);
    }, 60_000);

    const surviving = ["extended", "freed", "lasting", "replaced"];

    it("was visible before it was over", async () => {
      expect(beforeExpiry).toMatchObject({ id: "renewed", expiresAt: expect.any(String) });
      expect((await memory().listQueries({ namespace: emptied })).queries).toMatchObject([{ count: 1 }]);
    });

    it("hides the memory from get", async () => {
      expect(await memory().get({ id: "gone", namespace: mixed })).toBeNull();
      expect(await memory().get({ id: "shortened", namespace: mixed })).toBeNull();
      expect(await memory().get({ id: "lasting", namespace: mixed })).toMatchObject({ expiresAt: null });
    });

    it("hides the memory from list and its total, with and without namespace and filters", async () => {
      const page = await memory().list({ namespace: mixed, withTotal: true });
      expect(page.memories.map((record) => record.id).toSorted()).toEqual(surviving);
      expect(page.total).toBe(surviving.length);
      const coupons = await memory().list({ filters: { run, kind: "coupon" }, withTotal: true });
      expect(coupons.memories.map((record) => record.id).toSorted()).toEqual(["extended", "freed"]);
      expect(coupons.total).toBe(2);
    });

    it("hides the memory from query, and leaves its namespace known", async () => {
      const { results } = await memory().query({ namespace: mixed, query: "coupon code", mode: "fuzzy", k: 100 });
      expect(results.map((hit) => hit.id).toSorted()).toEqual(surviving);
      expect(await memory().query({ namespace: emptied, query: "coupon code" })).toEqual({ results: [], dropped: 0 });
      expect(await memory().list({ namespace: emptied })).toEqual({ memories: [], nextCursor: null });
    });

    it("lets no update bring the memory back", async () => {
      await expectNotFound(memory().update({ id: "gone", namespace: mixed, ttlSeconds: null }), "memory");
      await expectNotFound(memory().update({ id: "gone", namespace: mixed, content: "Back?" }), "memory");
      expect(await memory().get({ id: "gone", namespace: mixed })).toBeNull();
    });

    it("leaves nothing to delete or count", async () => {
      expect(await memory().delete({ namespace: emptied, ids: ["gone"] })).toEqual({ count: 0 });
      expect(await memory().delete({ namespace: emptied, content: "The coupon code is SUMMER." })).toEqual({
        count: 0,
      });
      expect(await memory().delete({ namespace: emptied, filters: { run } })).toEqual({ count: 0 });
      expect(await memory().listNamespaces()).toContainEqual({ namespace: emptied, count: 0 });
      expect(await memory().deleteNamespace({ namespace: deleted })).toEqual({ count: 1 });
    });

    it("makes way for the id in another namespace", async () => {
      expect(await memory().get({ id: shared })).toMatchObject({ namespace: here });
      expect((await memory().update({ id: shared, metadata: { run } })).namespace).toBe(here);
      await expectRejection(memory().update({ id: shared, namespace: elsewhere, metadata: {} }), "not_found");
    });

    it("lets the id be saved anew, as a new memory", async () => {
      await memory().save({ namespace: mixed, id: "renewed", content: "A new coupon.", ttlSeconds: 3_600 });
      const renewed = await memory().get({ id: "renewed", namespace: mixed });
      expect(renewed).toMatchObject({ content: "A new coupon.", metadata: {} });
      expect(Date.parse(renewed?.createdAt ?? "")).toBeGreaterThan(Date.parse(beforeExpiry?.createdAt ?? ""));
      expect((await memory().list({ namespace: mixed })).memories[0]).toEqual(renewed);
      await memory().saveMany([{ namespace: mixed, id: "revived", content: "Another coupon." }]);
      const revived = await memory().get({ id: "revived", namespace: mixed });
      expect(Date.parse(revived?.createdAt ?? "")).toBeGreaterThan(Date.parse(beforeExpiry?.createdAt ?? ""));
      await memory().delete({ namespace: mixed, ids: ["renewed", "revived"] });
    });

    it("does not touch a memory whose expiry was removed, extended or replaced in time", async () => {
      expect(await memory().get({ id: "freed", namespace: mixed })).toMatchObject({ expiresAt: null });
      expect(await memory().get({ id: "extended", namespace: mixed })).toMatchObject({ expiresAt: expect.any(String) });
      expect(await memory().get({ id: "replaced", namespace: mixed })).toMatchObject({ expiresAt: null });
    });
  });
}
