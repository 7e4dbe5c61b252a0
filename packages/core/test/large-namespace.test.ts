import { setTimeout as pause } from "node:timers/promises";
import type { Embedder, Filters, QueryExplanation, QueryResult, SaveInput } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import type { SqlClient } from "../src/store/sql-client.js";
import { backends, type TestDatabase } from "./backends.js";

const dimensions = 16;
/** More than are read one by one. */
const memories = 6_000;
const k = 10;

/** Of what is not given a vector of its own. */
const sameVector = [1, ...Array<number>(dimensions - 1).fill(0)];

/** Asked by updates alone: else every vector is given. */
const embedder: Embedder = {
  id: "test/given",
  dimensions,
  embed: async (texts) => texts.map(() => Float32Array.from(sameVector)),
};

/** Repeatable numbers in -1..1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const random = randomNumbers(1);
const vectorOf = (): number[] => Array.from({ length: dimensions }, random);
const vectors = Array.from({ length: memories }, vectorOf);
const words = ["alpha", "beta", "gamma", "delta"];
const idOf = (index: number): string => `m${index}`;
const contentOf = (index: number): string => `${words[index % 4]} number${index} ${index % 100 === 0 ? "rarity" : ""}`;

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
}

/** Every memory, the nearest first, by comparing with all. */
function byNearness(query: readonly number[]): number[] {
  return vectors
    .map((vector, index) => ({ index, similarity: cosine(query, vector) }))
    .toSorted((a, b) => b.similarity - a.similarity)
    .map(({ index }) => index);
}

/** The ids of the nearest memories. */
function nearest(query: readonly number[], isKept: (index: number) => boolean): string[] {
  return byNearness(query).filter(isKept).slice(0, k).map(idOf);
}

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`a large namespace on ${title}`, { timeout: 120_000 }, () => {
    const namespace = "large";
    let database: TestDatabase;
    let persisto: Persisto;

    const memoryOf = (index: number): SaveInput & { id: string } => ({
      namespace,
      id: idOf(index),
      content: contentOf(index),
      metadata: { index, parity: index % 2, hundredth: index % 100 },
      embedding: vectors[index]!,
    });

    /** Sweeps when it is told to, and not before. */
    const open = (): Promise<Persisto> =>
      createPersisto({ ...database.options, embedder, sweepIntervalSeconds: 86_400 });

    async function explain(options: { filters?: Filters; query?: string } = {}): Promise<QueryExplanation> {
      const { explanation } = await persisto.query({ namespace, embedding: vectors[0]!, k, explain: true, ...options });
      return explanation!;
    }

    /** Asks seldom: an index grows slowly beside callers. */
    async function untilIndexed(): Promise<void> {
      while ((await explain()).plan.vector !== "index") await pause(4_000);
    }

    /** Share of the nearest memories that a search finds, over 20 queries. */
    async function recall(filters: Filters, isKept: (index: number) => boolean): Promise<number> {
      const next = randomNumbers(99);
      let found = 0;
      for (let round = 0; round < 20; round++) {
        const embedding = Array.from({ length: dimensions }, next);
        const { results } = await persisto.query({ namespace, embedding, k, filters, mode: "fuzzy" });
        const ids = new Set(results.map(({ id }) => id));
        found += nearest(embedding, isKept).filter((id) => ids.has(id)).length;
      }
      return found / (20 * k);
    }

    /** The id of what is nearest to a vector. */
    async function first(embedding: number[]): Promise<string | undefined> {
      return (await persisto.query({ namespace, embedding, k: 1, mode: "fuzzy" })).results[0]?.id;
    }

    /** What words find. */
    async function find(query: string): Promise<QueryResult["results"]> {
      return (await persisto.query({ namespace, query, retrieval: "text", k })).results;
    }

    async function probe<T>(use: (client: SqlClient) => Promise<T>): Promise<T> {
      await persisto.close();
      const client = await database.probe();
      try {
        return await use(client);
      } finally {
        await client.close();
        persisto = await open();
      }
    }

    beforeAll(async () => {
      database = await backend.create();
      persisto = await open();
      for (let start = 0; start < memories; start += 1_000) {
        await persisto.saveMany(Array.from({ length: 1_000 }, (_, offset) => memoryOf(start + offset)));
      }
    }, 120_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    it("is indexed in the background, and then searched by the index", async () => {
      await untilIndexed();
      const { plan, passages, unindexed } = await explain({ query: "number7" });
      expect(plan).toEqual({ vector: "index", text: "index" });
      // More, and it would not be used yet.
      expect(unindexed).toBeLessThanOrEqual(5_000);
      expect(passages).toBeGreaterThan(5_000);
    });

    it("finds nearly all of the nearest", async () => {
      expect(await recall({}, () => true)).toBeGreaterThanOrEqual(0.98);
    });

    it("finds nearly all of the nearest that a filter keeps, whether many or few", async () => {
      expect(await recall({ parity: 1 }, (index) => index % 2 === 1)).toBeGreaterThanOrEqual(0.98);
      expect(await recall({ hundredth: 7 }, (index) => index % 100 === 7)).toBe(1);
      expect(await recall({ index: 7 }, (index) => index === 7)).toBeGreaterThan(0);
    });

    it("reads exactly where a filter leaves few", async () => {
      const { plan, selectivity, unindexed } = await explain({ filters: { hundredth: 7 } });
      expect(plan.vector).toBe("exact");
      expect(unindexed).toBeNull();
      expect(selectivity).toBeLessThan(0.05);
    });

    it("finds words, rare and common ones", async () => {
      expect((await find("number4711")).map(({ id }) => id)).toEqual(["m4711"]);
      expect((await find("rarity alpha")).every(({ content }) => content.includes("rarity"))).toBe(true);
      expect(await find("beta")).toHaveLength(k);
      expect(await find("beta gamma")).not.toHaveLength(0);
      expect(await find("unheard")).toEqual([]);
    });

    it("finds what was saved a moment ago, alone or in bulk, and not what was deleted", async () => {
      const [alone, replaced, ...bulk] = Array.from({ length: 102 }, vectorOf);
      await persisto.save({ namespace, id: "alone", content: "one more", embedding: alone! });
      await persisto.save({ namespace, id: "m1", content: "another now", embedding: replaced! });
      await persisto.saveMany(
        bulk.map((embedding, index) => ({ namespace, id: `b${index}`, content: "x", embedding })),
      );
      expect(await first(alone!)).toBe("alone");
      expect(await first(replaced!)).toBe("m1");
      expect(await first(bulk[50]!)).toBe("b50");
      await persisto.delete({ namespace, ids: ["alone", ...bulk.map((_, index) => `b${index}`)] });
      await persisto.save(memoryOf(1));
      expect(await first(alone!)).not.toBe("alone");
      expect(await first(bulk[50]!)).not.toBe("b50");
      expect(await first(vectors[1]!)).toBe("m1");
    });

    it("takes what was saved in bulk into the index, and mends an index whose build was interrupted", async () => {
      await probe(async (client) => {
        // What a build leaves behind that its server did not survive.
        await client.query("update pg_index set indisvalid = false where indexrelid::regclass::text like '%\\_in\\_%'");
      });
      expect((await explain()).plan.vector).toBe("exact");
      // Nor do such wait for an index that is being built.
      const bulk = Array.from({ length: 80 }, (_, index) => memoryOf(1_000 + index));
      await persisto.saveMany(bulk);
      const beside = await probe((client) =>
        client.query<{ count: number }>(
          `select count(*)::int as count from persisto.embeddings_1 e join persisto.memories m on m.seq = e.memory_seq
          where e.deferred and m.id = any($1::text[])`,
          [bulk.map(({ id }) => id)],
        ),
      );
      expect(beside).toEqual([{ count: 80 }]);
      await untilIndexed();
      expect(await recall({}, () => true)).toBeGreaterThanOrEqual(0.98);
      const waiting = async () => {
        await explain();
        await pause(4_000);
        return probe((client) =>
          client.query<{ count: number }>("select count(*)::int as count from persisto.embeddings_1 where deferred"),
        );
      };
      await expect.poll(waiting, { timeout: 60_000 }).toEqual([{ count: 0 }]);
    });

    it("shows at once that a memory of the index was updated or deleted", async () => {
      await untilIndexed();
      await persisto.update({ namespace, id: "m2", content: "omega anew", metadata: { index: -2 } });
      await persisto.delete({ namespace, ids: ["m3"] });
      expect(await first(sameVector)).toBe("m2");
      expect((await find("omega")).map(({ id }) => id)).toEqual(["m2"]);
      const filters = { index: -2 };
      const { results } = await persisto.query({ namespace, embedding: sameVector, filters, mode: "fuzzy" });
      expect(results.map(({ id }) => id)).toEqual(["m2"]);
      for (const index of [2, 3]) {
        expect(await first(vectors[index]!)).not.toBe(idOf(index));
        expect(await find(`number${index}`)).toEqual([]);
      }
      await persisto.saveMany([2, 3].map(memoryOf));
      expect(await first(vectors[2]!)).toBe("m2");
      expect(await first(vectors[3]!)).toBe("m3");
    });

    it("passes over the nearest that have expired, before they are swept and after", async () => {
      await untilIndexed();
      // More than a search of the index keeps in view.
      const expired = byNearness(vectors[0]!).slice(0, 400);
      // Saved in bulk they wait beside the index, updated they stay in it.
      const [beside, inside] = [expired.slice(0, 100), expired.slice(100)];
      await persisto.saveMany(beside.map((index) => ({ ...memoryOf(index), ttlSeconds: 1 })));
      for (const index of inside) await persisto.update({ namespace, id: idOf(index), ttlSeconds: 1 });
      // The last to go.
      const last = idOf(inside.at(-1)!);
      await expect.poll(() => persisto.get({ namespace, id: last }), { timeout: 30_000 }).toBeNull();

      const gone = new Set(expired);
      const living = nearest(vectors[0]!, (index) => !gone.has(index));
      const expectLiving = async (): Promise<void> => {
        const { results, explanation } = await persisto.query({
          namespace,
          embedding: vectors[0]!,
          k,
          mode: "fuzzy",
          explain: true,
        });
        expect(explanation?.plan.vector).toBe("index");
        expect(results).toHaveLength(k);
        expect(results.filter(({ id }) => gone.has(Number(id.slice(1))))).toEqual([]);
        expect(results.filter(({ id }) => living.includes(id)).length).toBeGreaterThanOrEqual(k - 1);
        for (const index of [beside[0]!, inside[0]!]) expect(await find(`number${index}`)).toEqual([]);
      };
      await expectLiving();
      expect(await persisto.sweep()).toEqual({ count: expired.length });
      await expectLiving();
      await persisto.saveMany(expired.map(memoryOf));
    });

    it("leaves no index behind when it is deleted", async () => {
      expect(await persisto.deleteNamespace({ namespace })).toEqual({ count: memories });
      await persisto.save({ namespace, id: "new", content: "A new beginning.", embedding: vectors[0]! });
      expect(
        (await persisto.query({ namespace, embedding: vectors[0]!, mode: "fuzzy" })).results.map(({ id }) => id),
      ).toEqual(["new"]);
      await persisto.sweep();
      const indexes = await probe((client) =>
        client.query("select relname from pg_class where relname like 'embeddings%\\_in\\_%'"),
      );
      expect(indexes).toEqual([]);
    });
  });
}
