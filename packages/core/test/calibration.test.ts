import type { Embedder } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { createPersisto } from "../src/create-persisto.js";
import { staticEmbedder } from "../src/embedders/static/static-embedder.js";
import { backends } from "./backends.js";

/** The built-in embedder with all vectors moved the same way, so that unrelated texts have cosines of 0.8. */
async function crowded(): Promise<Embedder & { calls: number }> {
  const embedder = await staticEmbedder();
  const moved: Embedder & { calls: number } = {
    ...embedder,
    id: "test/crowded",
    calls: 0,
    async embed(texts, options) {
      moved.calls += 1;
      const vectors = await embedder.embed(texts, options);
      for (const vector of vectors) vector[0] = vector[0]! + 2;
      return vectors;
    },
  };
  return moved;
}

const contents = [
  "The gardener prunes roses in March.",
  "Invoices are paid within thirty days.",
  "Maria is allergic to peanuts.",
  "The telescope needs a new mirror.",
];

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`strict on ${title}`, () => {
    it("means the same with an embedder that finds all texts alike, measured once a store", async () => {
      const database = await backend.create();
      const embedder = await crowded();
      try {
        const first = await createPersisto({ ...database.options, embedder });
        await first.saveMany(contents.map((content) => ({ namespace: "n", content })));
        const ask = async (memory: typeof first, query: string) =>
          (await memory.query({ namespace: "n", query })).results.map(({ content }) => content);
        expect(await ask(first, "When are roses pruned?")).toEqual([contents[0]]);
        expect(await ask(first, "quantum chromodynamics")).toEqual([]);
        await first.close();

        const calls = embedder.calls;
        const second = await createPersisto({ ...database.options, embedder });
        expect(await ask(second, "Is Maria allergic to anything?")).toEqual([contents[2]]);
        expect(embedder.calls, "the query and nothing else was embedded").toBe(calls + 1);
        await second.close();
      } finally {
        await database.drop();
      }
    }, 120_000);

    it("is not measured for a search that does not depend on it", async () => {
      const database = await backend.create();
      const unreachable: Embedder = {
        id: "test/unreachable",
        dimensions: 2,
        embed: () => Promise.reject(new Error("not reachable")),
      };
      try {
        const persisto = await createPersisto({ ...database.options, embedder: unreachable });
        await persisto.save({ namespace: "n", content: contents[0]!, embedding: [1, 0] });
        const mode = { minRelevance: 0 };
        const byVector = await persisto.query({ namespace: "n", embedding: [1, 1], mode });
        expect(byVector.results).toMatchObject([{ content: contents[0], score: 1 }]);
        const byWords = await persisto.query({ namespace: "n", query: "roses", retrieval: "text" });
        expect(byWords.results).toMatchObject([{ content: contents[0] }]);
        const explained = persisto.query({ namespace: "n", embedding: [1, 1], mode, explain: true });
        await expect(explained).rejects.toMatchObject({ code: "embedder_failed" });
        await persisto.close();
      } finally {
        await database.drop();
      }
    }, 120_000);
  });
}
