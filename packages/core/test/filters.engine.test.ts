import { matchesFilters, type Filters } from "@persisto/contract";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { backends, type TestDatabase } from "./backends.js";
import { document, filters } from "./filter-arbitraries.js";

const seed = Number(process.env["PERSISTO_TEST_SEED"] ?? 20_260_201);
const namespace = "filtered";
const memories = fc
  .sample(document, { numRuns: 80, seed })
  .map((metadata, index) => ({ namespace, id: `memory-${index}`, content: "A copper kettle.", metadata }));
const samples = fc.sample(filters, { numRuns: 120, seed });

function expectedIds(each: Filters): string[] {
  return memories.filter(({ metadata }) => matchesFilters(each, metadata)).map(({ id }) => id);
}

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`random filters through the engine on ${title}, seed ${seed}`, () => {
    let database: TestDatabase;
    let persisto: Persisto;

    beforeAll(async () => {
      database = await backend.create();
      persisto = await createPersisto(database.options);
      await persisto.saveMany(memories);
    }, 120_000);

    afterAll(async () => {
      await persisto?.close();
      await database?.drop();
    });

    test("list and query keep what matchesFilters says, and the history has the filters", async () => {
      for (const each of samples) {
        const expected = expectedIds(each).toSorted();
        const { memories: listed } = await persisto.list({ namespace, filters: each });
        expect(listed.map(({ id }) => id).toSorted(), JSON.stringify(each)).toEqual(expected);
        const { results } = await persisto.query({ namespace, query: "kettle", filters: each, mode: "fuzzy", k: 100 });
        expect(results.map(({ id }) => id).toSorted(), JSON.stringify(each)).toEqual(expected);
      }
      const { queries } = await persisto.listQueries({ namespace, limit: samples.length });
      const asked = samples.map((each) => JSON.parse(JSON.stringify(each)) as Filters);
      expect(queries.map((entry) => entry.filters)).toEqual(expect.arrayContaining(asked));
    }, 120_000);

    test("delete removes what matchesFilters says and nothing else", async () => {
      const some = samples.filter((each) => expectedIds(each).length > 0 && expectedIds(each).length < memories.length);
      expect(some.length).toBeGreaterThan(20);
      for (const each of some.slice(0, 20)) {
        const expected = new Set(expectedIds(each));
        expect(await persisto.delete({ namespace, filters: each })).toEqual({ count: expected.size });
        const left = (await persisto.list({ namespace })).memories.map(({ id }) => id);
        expect(left.filter((id) => expected.has(id))).toEqual([]);
        expect(left).toHaveLength(memories.length - expected.size);
        await persisto.saveMany(memories.filter(({ id }) => expected.has(id)));
      }
    }, 120_000);
  });
}
