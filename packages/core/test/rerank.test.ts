import type { Reranker } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";

/** Likes the shortest best, and fails on request. */
const shortest: Reranker = {
  id: "test/shortest",
  rerank: async (query, passages) => {
    if (query.includes("fail")) throw new Error("no model");
    return passages.map((passage) => -passage.length);
  },
};

const namespace = "cats";
const contents = ["A cat.", "A cat on a mat.", "A cat on a mat in a flat."];

describe("a query with a reranker", () => {
  let persisto: Persisto;

  beforeAll(async () => {
    persisto = await createPersisto({ reranker: shortest });
    await persisto.saveMany(contents.toReversed().map((content) => ({ namespace, content })));
  }, 60_000);

  afterAll(() => persisto.close());

  it("gives the hits in its order, with what it said of each", async () => {
    const query = { namespace, query: "cat on a mat in a flat", k: 2, explain: true } as const;
    const { results, explanation } = await persisto.query({ ...query, rerank: true });
    expect(results.map(({ content }) => content)).toEqual(contents.slice(0, 2));
    expect(results[0]?.explanation?.rerankScore).toBe(-contents[0]!.length);
    expect(explanation!.durationsMs.rerank).toBeGreaterThanOrEqual(0);
  });

  it("is left as it is when it does not ask for it", async () => {
    const { results } = await persisto.query({ namespace, query: "cat on a mat in a flat", explain: true });
    expect(results[0]?.content).toBe(contents[2]);
    expect(results[0]?.explanation?.rerankScore).toBeNull();
  });

  it("fails when it fails", async () => {
    await expect(persisto.query({ namespace, query: "cat fail", rerank: true })).rejects.toMatchObject({
      code: "reranker_failed",
    });
  });

  it("needs words to rerank by", async () => {
    const embedding = Array.from({ length: 256 }, () => 1);
    await expect(persisto.query({ namespace, embedding, rerank: true })).rejects.toMatchObject({
      details: { issues: [{ field: "query", message: expect.stringContaining("required") }] },
    });
  });
});
