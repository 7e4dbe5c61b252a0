import type { Embedder } from "@persisto/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { defaultPoolSize } from "../src/store/clients/pg-pool.js";
import type { SqlClient } from "../src/store/sql-client.js";
import { backends, type TestDatabase } from "./backends.js";
import { useProbe, usePersisto } from "./use-database.js";

/** A user's own embedder: letters counted. */
function letterEmbedder(id: string): Embedder {
  return {
    id,
    dimensions: 26,
    embed: async (texts) =>
      texts.map((text) => {
        const counts = new Float32Array(26).fill(0.01);
        for (const letter of text.toLowerCase()) {
          const index = letter.charCodeAt(0) - 97;
          if (index >= 0 && index < 26) counts[index]! += 1;
        }
        return counts;
      }),
  };
}

for (const backend of backends) {
  describe.skipIf(backend.missing !== null)(
    `createPersisto on ${backend.name}${backend.missing ? ` (${backend.missing})` : ""}`,
    () => {
      let database: TestDatabase;

      beforeEach(async () => {
        database = await backend.create();
      });
      afterEach(async () => {
        await database?.drop();
      });

      const withPersisto = <T>(work: (persisto: Persisto) => Promise<T>): Promise<T> =>
        usePersisto(database.options, work);

      const withProbe = <T>(work: (probe: SqlClient) => Promise<T>): Promise<T> => useProbe(database, work);

      async function countRows(tables: readonly string[]): Promise<number[]> {
        return withProbe(async (probe) => {
          const counts: number[] = [];
          for (const table of tables) {
            const [row] = await probe.query<{ count: number }>(`select count(*)::int as count from persisto.${table}`);
            counts.push(row!.count);
          }
          return counts;
        });
      }

      const dataTables = ["memories", "chunks", "embeddings_1"];
      const manyPassages = Array.from(
        { length: 400 },
        (_, index) => `Sentence number ${index} says one more thing.`,
      ).join(" ");

      it("keeps memories, history and keys when it is closed and opened again", async () => {
        const key = await withPersisto(async (persisto) => {
          await persisto.save({ namespace: "kept", content: "The user prefers concise summaries." });
          await persisto.query({ namespace: "kept", query: "concise" });
          return (await persisto.access.createKey({ projectId: "default", name: "first" })).key;
        });
        await withPersisto(async (persisto) => {
          const { results } = await persisto.query({
            namespace: "kept",
            query: "How does the user like their output?",
          });
          expect(results.map(({ content }) => content)).toEqual(["The user prefers concise summaries."]);
          const { queries } = await persisto.listQueries({ namespace: "kept" });
          expect(queries.map(({ queryText }) => queryText)).toEqual([
            "How does the user like their output?",
            "concise",
          ]);
          await expect(persisto.access.authenticate(key)).resolves.toMatchObject({ projectId: "default" });
        });
      });

      it("leaves no passage and no vector behind that belongs to no memory or to an old text", async () => {
        await withPersisto(async (persisto) => {
          await persisto.save({ namespace: "swept", id: "long", content: manyPassages });
          await persisto.save({ namespace: "swept", id: "long", content: "Short now." });
          await persisto.save({ namespace: "swept", id: "grown", content: "Short." });
          await persisto.update({ id: "grown", content: manyPassages });
          await persisto.update({ id: "grown", content: "Short again." });
          await persisto.save({ namespace: "swept", id: "gone", content: manyPassages });
          await persisto.delete({ namespace: "swept", ids: ["gone"] });
          await persisto.save({ namespace: "other", content: manyPassages });
          await persisto.deleteNamespace({ namespace: "other" });
        });
        expect(await countRows(dataTables)).toEqual([2, 2, 2]);
      });

      it("physically deletes what has expired, in the narrow tables too, when swept", async () => {
        await withPersisto(async (persisto) => {
          await persisto.save({ namespace: "ttl", id: "short", content: manyPassages, ttlSeconds: 1 });
          await persisto.save({ namespace: "ttl", id: "kept", content: "Stays for ever." });
          await persisto.save({ namespace: "ttl", id: "saved", content: "Was to expire.", ttlSeconds: 1 });
          await persisto.update({ id: "saved", ttlSeconds: null });
          await new Promise((resolve) => setTimeout(resolve, 1_100));
          await expect(persisto.sweep()).resolves.toEqual({ count: 1 });
          await expect(persisto.sweep()).resolves.toEqual({ count: 0 });
          expect(persisto.stats().expiredRemoved).toBe(1);
          const { results } = await persisto.query({ namespace: "ttl", query: "expire", mode: "fuzzy" });
          expect(results.map(({ id }) => id).toSorted()).toEqual(["kept", "saved"]);
        });
        expect(await countRows(dataTables)).toEqual([2, 2, 2]);
      });

      it("tells its connections when it has a pool", async () => {
        await withPersisto(async (persisto) => {
          const before = persisto.stats().connections;
          if (database.options.databaseUrl === undefined) return expect(before).toBeNull();
          const calls = Array.from({ length: 30 }, () => persisto.listNamespaces());
          await new Promise(setImmediate);
          const { open, idle, waiting } = persisto.stats().connections ?? expect.fail("no pool");
          expect({ open, idle }).toEqual({ open: defaultPoolSize, idle: 0 });
          expect(waiting).toBeGreaterThan(0);
          await Promise.all(calls);
          // Something in the background may have one for a moment.
          await expect
            .poll(() => persisto.stats().connections)
            .toEqual({
              open: defaultPoolSize,
              idle: defaultPoolSize,
              waiting: 0,
            });
        });
      });

      it("sweeps by itself", async () => {
        const persisto = await createPersisto({ ...database.options, sweepIntervalSeconds: 0.1 });
        await persisto.save({ namespace: "ttl", content: "Soon gone.", ttlSeconds: 1 });
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        await persisto.close();
        expect(await countRows(dataTables)).toEqual([0, 0, 0]);
      });

      it("keeps API keys as keyed hashes only, and tells malformed from wrong ones", async () => {
        const key = await withPersisto(async (persisto) => {
          const first = await persisto.access.createKey({ projectId: "acme", name: "first" });
          const second = await persisto.access.createKey({ projectId: "acme", name: "second" });
          await expect(persisto.access.countKeys("acme")).resolves.toBe(2);
          await expect(persisto.access.authenticate(second.key)).resolves.toMatchObject({ projectId: "acme" });
          await expect(persisto.access.authenticate("nonsense")).rejects.toMatchObject({ code: "unauthorized" });
          await expect(persisto.access.authenticate(`${first.key.slice(0, -1)}!`)).rejects.toMatchObject({
            code: "unauthorized",
          });
          return first.key;
        });
        const columns = await withProbe((probe) =>
          probe.query<{ text: string }>("select api_keys::text as text from persisto.api_keys"),
        );
        expect(columns.length).toBeGreaterThanOrEqual(2);
        const secret = key.split("_")[3]!;
        for (const { text } of columns) expect(text).not.toContain(secret);
      });

      it("refuses a key of another server", async () => {
        const elsewhere = await createPersisto();
        const { key } = await elsewhere.access.createKey({ projectId: "default", name: "other" });
        await elsewhere.close();
        await withPersisto((persisto) =>
          expect(persisto.access.authenticate(key)).rejects.toMatchObject({ code: "forbidden" }),
        );
      });

      it("refuses another embedder than the store was made with, naming both and the way out", async () => {
        await withPersisto((persisto) => persisto.ready());
        const opening = createPersisto({ ...database.options, embedder: letterEmbedder("test/letters") });
        await expect(opening).rejects.toMatchObject({ code: "conflict" });
        await expect(opening).rejects.toThrow(
          /local\/static-minilm-256@[0-9a-f]{8} \(256 dimensions\).*test\/letters \(26 dimensions\)/,
        );
      });

      it("takes the embedder the store was made with from among several, whatever their order", async () => {
        const fresh = await backend.create();
        const first = await createPersisto({ ...fresh.options, embedder: [letterEmbedder("a"), letterEmbedder("b")] });
        expect(first.embedderId).toBe("a");
        await first.save({ namespace: "n", content: "abc" });
        await first.close();
        const second = await createPersisto({ ...fresh.options, embedder: [letterEmbedder("b"), letterEmbedder("a")] });
        expect(second.embedderId).toBe("a");
        const { results } = await second.query({ namespace: "n", query: "cab", mode: "fuzzy" });
        expect(results[0]?.similarity).toBeCloseTo(1, 2);
        await second.close();
        await fresh.drop();
      });

      it("refuses a database that a newer Persisto has migrated", async () => {
        const fresh = await backend.create();
        await (await createPersisto(fresh.options)).close();
        const probe = await fresh.probe();
        await probe.query("insert into persisto.migrations (version, name, oldest_server) values (999, 'future', 998)");
        await probe.close();
        await expect(createPersisto(fresh.options)).rejects.toThrow(/schema version 999.*upgrade Persisto/);
        await fresh.drop();
      });

      it("saves nothing when the embedder fails", async () => {
        const fresh = await backend.create();
        const failing: Embedder = {
          ...letterEmbedder("test/failing"),
          embed: async () => {
            throw new Error("model is down");
          },
        };
        const persisto = await createPersisto({ ...fresh.options, embedder: failing });
        await expect(persisto.save({ namespace: "n", id: "x", content: "abc" })).rejects.toMatchObject({
          code: "embedder_failed",
        });
        await expect(persisto.get({ id: "x" })).resolves.toBeNull();
        await expect(persisto.listNamespaces()).resolves.toEqual([]);
        await persisto.close();
        await fresh.drop();
      });

      it("writes a query to the history that was under way when it was closed", async () => {
        const persisto = await createPersisto(database.options);
        await persisto.save({ namespace: "closing", content: "Something to find." });
        const answer = persisto.query({ namespace: "closing", query: "asked just before the end", mode: "fuzzy" });
        await persisto.close();
        expect((await answer).results).toHaveLength(1);
        await withPersisto(async (again) => {
          const { queries } = await again.listQueries({ namespace: "closing" });
          expect(queries.map(({ queryText }) => queryText)).toEqual(["asked just before the end"]);
        });
      });

      it("goes on with the next page when it was opened again, in the project of the page alone", async () => {
        const cursor = await withPersisto(async (persisto) => {
          for (const id of ["a", "b"]) {
            await persisto.save({ namespace: "pages", id, content: `Of ${id}.` });
            await persisto.project("other").save({ namespace: "pages", id, content: `Of ${id}.` });
          }
          return (await persisto.list({ limit: 1 })).nextCursor!;
        });
        await withPersisto(async (persisto) => {
          expect((await persisto.list({ cursor })).memories.map(({ id }) => id)).toEqual(["a"]);
          await expect(persisto.project("other").list({ cursor })).rejects.toMatchObject({ code: "unprocessable" });
        });
      });

      it("answers every call that was made before it was closed, and refuses later ones", async () => {
        const persisto = await createPersisto(database.options);
        const saves = Array.from({ length: 20 }, (_, index) =>
          persisto.save({ namespace: "closing", id: String(index), content: `Memory ${index}.` }),
        );
        await Promise.all(saves);
        const reads = Array.from({ length: 20 }, (_, index) =>
          persisto.get({ id: String(index), namespace: "closing" }),
        );
        const closed = persisto.close();
        expect((await Promise.all(reads)).every((record) => record !== null)).toBe(true);
        await closed;
        await persisto.close();
        await expect(persisto.get({ id: "1" })).rejects.toMatchObject({ code: "unavailable" });
      });

      if (backend.name === "native Postgres")
        it("lets several servers start on a new database at once", async () => {
          const fresh = await backend.create();
          const servers = await Promise.all(Array.from({ length: 4 }, () => createPersisto(fresh.options)));
          expect(new Set(servers.map(({ embedderId }) => embedderId)).size).toBe(1);
          const { key } = await servers[0]!.access.createKey({ projectId: "default", name: "shared" });
          await expect(servers[3]!.access.authenticate(key)).resolves.toMatchObject({ projectId: "default" });
          await Promise.all(servers.map((server) => server.close()));
          await fresh.drop();
        });

      if (backend.name === "embedded PGlite")
        it("gives the space of deleted memories back", async () => {
          const persisto = await createPersisto({ ...database.options, sweepIntervalSeconds: 0.2 });
          for (let cycle = 0; cycle < 8; cycle++) {
            const ids = Array.from({ length: 300 }, (_, index) => String(index));
            await persisto.saveMany(ids.map((id) => ({ namespace: "n", id, content: `Memory ${id}.` })));
            await persisto.delete({ namespace: "n", ids });
            await new Promise((resolve) => setTimeout(resolve, 600));
          }
          await persisto.close();
          const [bytes] = await withProbe((probe) =>
            probe.query<{ count: number }>("select pg_relation_size('persisto.embeddings_1')::int as count"),
          );
          // A cycle takes some 400 kB; never given back, they would be eight times that.
          expect(bytes!.count).toBeLessThan(1_600_000);
        });

      if (backend.name === "embedded PGlite")
        it("refuses to open a data directory twice", async () => {
          const persisto = await createPersisto(database.options);
          await expect(createPersisto(database.options)).rejects.toMatchObject({ code: "conflict" });
          await persisto.close();
          await withPersisto((again) => again.ready());
        });
    },
  );
}
