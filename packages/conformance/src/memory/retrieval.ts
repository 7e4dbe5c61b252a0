import type { QueryInput } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { expectInvalid } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** By which measures a query finds, what it drops and groups, and what it tells of itself. */
export function describeRetrieval(memory: MemoryAccessor): void {
  async function remember(contents: readonly string[]): Promise<string> {
    const namespace = freshNamespace();
    await memory().saveMany(contents.map((content) => ({ namespace, content })));
    return namespace;
  }

  const garden = ["The gardener prunes roses in March.", "Invoices are paid within thirty days."];

  describe("retrieval", () => {
    it("by text finds words and nothing else, and gives no similarity", async () => {
      const namespace = await remember(garden);
      const ask = async (query: string) => (await memory().query({ namespace, query, retrieval: "text" })).results;
      expect(await ask("roses")).toEqual([expect.objectContaining({ content: garden[0], similarity: null })]);
      expect(await ask("flowers")).toEqual([]);
      expect(await ask("and the of")).toEqual([]);
    });

    it("by vector finds meaning, in the order of similarity", async () => {
      const namespace = await remember(garden);
      const { results } = await memory().query({
        namespace,
        query: "cutting flowers in spring",
        retrieval: "vector",
        mode: "fuzzy",
      });
      expect(results[0]?.content).toBe(garden[0]);
      const similarities = results.map(({ similarity }) => similarity!);
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    });

    it("can be part of a profile, which the query overrides", async () => {
      const namespace = await remember(garden);
      const ask = async (input: Partial<QueryInput>) =>
        (await memory().query({ namespace, query: "roses", ...input })).results[0]?.similarity;
      expect(await ask({ mode: { retrieval: "text" } })).toBeNull();
      expect(await ask({ mode: { retrieval: "text" }, retrieval: "hybrid" })).toEqual(expect.any(Number));
    });

    it("needs a query, or an embedding for a search by vector", async () => {
      const namespace = await remember(garden);
      await expectInvalid(memory().query({ namespace }), "query");
      await expectInvalid(memory().query({ namespace, embedding: [1], retrieval: "text" }), "query");
      await expectInvalid(memory().query({ namespace, query: "x", retrieval: "magic" as "text" }), "retrieval");
    });

    it("prefers the rarer word", async () => {
      const namespace = await remember([
        ...Array.from({ length: 20 }, (_, index) => `The parcel of customer number ${index} arrived.`),
        "A falcon arrived.",
      ]);
      const { results } = await memory().query({ namespace, query: "parcel falcon", retrieval: "text", k: 3 });
      expect(results[0]?.content).toBe("A falcon arrived.");
    });

    it("gives nothing in strict for a query that nothing answers, and says how much it dropped", async () => {
      const namespace = await remember(garden);
      const query = "quantum chromodynamics";
      const strict = await memory().query({ namespace, query });
      expect(strict).toEqual({ results: [], dropped: 2 });
      const fuzzy = await memory().query({ namespace, query, mode: "fuzzy" });
      expect(fuzzy.results.length + fuzzy.dropped).toBe(2);
    });

    it("leaves out what a query excludes, and says so", async () => {
      const namespace = await remember(["The bakery sells rye bread.", "The bakery sells cake.", ...garden]);
      const ask = (query: string) => memory().query({ namespace, query, retrieval: "text", explain: true });
      const { results, explanation } = await ask("What does the bakery sell, excluding roses and invoices?");
      expect(results.map(({ content }) => content).toSorted()).toEqual([
        "The bakery sells cake.",
        "The bakery sells rye bread.",
      ]);
      expect(explanation!.excluded).toBe("roses and invoices");
      expect((await ask("except roses")).results).toHaveLength(1);
    });

    it("groups passages by memory, keeping the best of each", async () => {
      const namespace = freshNamespace();
      await memory().saveMany([
        { namespace, id: "long", content: longText(12_000, "Harbour") },
        { namespace, id: "short", content: "The harbour has a museum." },
      ]);
      const ids = async (groupBy: QueryInput["groupBy"]) =>
        (
          await memory().query({ namespace, query: "harbour museum", mode: "fuzzy", k: 10, groupBy: groupBy! })
        ).results.map(({ id }) => id);
      expect((await ids("memory")).toSorted()).toEqual(["long", "short"]);
      expect((await ids("passage")).length).toBeGreaterThan(2);
      await expectInvalid(memory().query({ namespace, query: "x", groupBy: "author" as "memory" }), "groupBy");
    });

    it("gives different memories rather than the same again when diversity counts", async () => {
      const same = Array.from({ length: 5 }, (_, index) => `Pasta with tomato sauce${"!".repeat(index)}`);
      const namespace = await remember([...same, "Soup with tomato and basil"]);
      const contents = async (diversity: number) =>
        (await memory().query({ namespace, query: "tomato", mode: { diversity, k: 2, minRelevance: 0 } })).results.map(
          ({ content }) => content,
        );
      expect(await contents(0.9)).toContain("Soup with tomato and basil");
    });

    it("explains itself when asked", async () => {
      const namespace = await remember(garden);
      const { results, explanation } = await memory().query({ namespace, query: "roses in March", explain: true });
      expect(explanation).toEqual({
        mode: "strict",
        retrieval: "hybrid",
        excluded: null,
        passages: 2,
        selectivity: null,
        plan: { vector: "exact", text: "exact" },
        unindexed: null,
        candidates: { vector: 2, text: 1, all: 2 },
        durationsMs: expect.objectContaining({ embed: expect.any(Number), search: expect.any(Number) }),
      });
      const [first] = results;
      expect(first?.explanation).toMatchObject({ vectorRank: 1, textRank: 1, rerankScore: null });
      expect(first!.explanation!.textScore).toBeGreaterThan(0);
      const { vector, text } = first!.explanation!.parts;
      expect(vector + text).toBeGreaterThan(0);
    });

    it("does not explain itself when not asked", async () => {
      const namespace = await remember(garden);
      const answer = await memory().query({ namespace, query: "roses" });
      expect(answer).not.toHaveProperty("explanation");
      expect(answer.results[0]).not.toHaveProperty("explanation");
    });

    it("reranks only where there is a reranker", async () => {
      const namespace = await remember(garden);
      await expectInvalid(memory().query({ namespace, query: "roses", rerank: true }), "rerank");
      expect((await memory().query({ namespace, query: "roses", rerank: false })).results).toHaveLength(1);
    });
  });
}
