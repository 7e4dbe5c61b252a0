import type { Embedder, Memory } from "@persisto/contract";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { backends, type TestDatabase } from "./backends.js";

/** What happens while a text is embedded, between the reading of a memory and its change. */
let meanwhile: (() => Promise<unknown>) | undefined;
const embedder: Embedder = {
  id: "test/meanwhile",
  dimensions: 4,
  async embed(texts) {
    const happens = meanwhile;
    meanwhile = undefined;
    await happens?.();
    return texts.map((text) => Float32Array.from([1, text.length % 7, 1, 1]));
  },
};

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`a token's filters on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;
    let persisto: Persisto;
    let ann: Memory;

    beforeAll(async () => {
      database = await backend.create();
      persisto = await createPersisto({ ...database.options, embedder });
      const { key } = await persisto.access.createKey({ projectId: "default", name: "test" });
      const { administration } = persisto.access.of(await persisto.access.authenticate(key));
      const { token } = await administration.createToken({
        scopes: ["memories:read", "memories:write", "memories:delete"],
        namespaces: ["n"],
        filters: { user: "ann" },
      });
      ann = persisto.access.of(await persisto.access.authenticate(token)).memory;
    }, 60_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    const give = (id: string, user: string): Promise<unknown> =>
      persisto.update({ namespace: "n", id, metadata: { user } });

    it("keep it from changing a memory that became somebody else's after it was read", async () => {
      await persisto.save({ namespace: "n", id: "a", content: "Ann's.", metadata: { user: "ann" } });
      meanwhile = () => give("a", "bob");
      await expect(ann.update({ id: "a", content: "Changed." })).rejects.toMatchObject({ code: "not_found" });
      expect(await persisto.get({ namespace: "n", id: "a" })).toMatchObject({
        content: "Ann's.",
        metadata: { user: "bob" },
      });
    });

    it("keep it from taking a memory back by the metadata of the change", async () => {
      await persisto.save({ namespace: "n", id: "b", content: "Ann's.", metadata: { user: "ann" } });
      meanwhile = () => give("b", "bob");
      await expect(ann.update({ id: "b", content: "Changed.", metadata: { user: "ann" } })).rejects.toMatchObject({
        code: "not_found",
      });
      expect(await persisto.get({ namespace: "n", id: "b" })).toMatchObject({ metadata: { user: "bob" } });
    });

    it("hold for a deletion by id", async () => {
      await persisto.save({ namespace: "n", id: "bobs", content: "Bob's.", metadata: { user: "bob" } });
      await persisto.save({ namespace: "n", id: "anns", content: "Ann's.", metadata: { user: "ann" } });
      for (const key of [{ id: "bobs" }, { id: "bobs", namespace: "n" }]) {
        expect(await ann.delete(key)).toEqual({ count: 0 });
      }
      await expect(ann.delete({ id: "bobs", namespace: "other" })).rejects.toMatchObject({ code: "forbidden" });
      expect(await ann.delete({ id: "anns" })).toEqual({ count: 1 });
      expect(await persisto.get({ id: "bobs" })).not.toBeNull();
    });

    it.skipIf(backend.name !== "native Postgres")("hold for what a transaction under way leaves behind", async () => {
      for (const id of ["c", "d"]) {
        await persisto.save({ namespace: "n", id, content: "Ann's.", metadata: { user: "ann" } });
      }
      const [other, watcher] = [1, 2].map(() => new pg.Client({ connectionString: database.options.databaseUrl! }));
      await Promise.all([other!.connect(), watcher!.connect()]);
      try {
        await other!.query("begin");
        await other!.query(`update persisto.memories set metadata = '{"user": "bob"}' where id in ('c', 'd')`);
        const outcomes = Promise.allSettled([
          ann.update({ id: "c", ttlSeconds: 60 }),
          ann.delete({ namespace: "n", ids: ["d"] }),
        ]);
        await expect.poll(() => countWaiting(watcher!)).toBe(2);
        await other!.query("commit");
        expect(await outcomes).toMatchObject([
          { status: "rejected", reason: { code: "not_found" } },
          { status: "fulfilled", value: { count: 0 } },
        ]);
      } finally {
        await Promise.all([other!.end(), watcher!.end()]);
      }
      expect(await persisto.get({ namespace: "n", id: "c" })).toMatchObject({ expiresAt: null });
      expect(await persisto.get({ namespace: "n", id: "d" })).not.toBeNull();
    });
  });
}

/** How many statements of this database wait for a lock. */
async function countWaiting(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count
    from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]!.count;
}
