import { createPersisto } from "@persisto/core";
import { MockEmbeddingModelV4 } from "ai/test";
import { expect, it } from "vitest";
import { embedderFromAiSdk } from "../src/index.js";

it("makes a store embed with a model of the AI SDK", async () => {
  const model = new MockEmbeddingModelV4({
    provider: "acme",
    modelId: "letters",
    maxEmbeddingsPerCall: 16,
    doEmbed: async ({ values }) => ({ embeddings: values.map((text) => [text.length, 1, 2]), warnings: [] }),
  });
  expect(await embedderFromAiSdk(model, { dimensions: 3, id: "mine", maxTokens: 9 })).toMatchObject({
    id: "mine",
    maxTokens: 9,
  });
  expect(model.doEmbedCalls).toEqual([]);
  const embedder = await embedderFromAiSdk(model, { dimensions: 3 });
  expect(embedder).toMatchObject({ id: "acme/letters;d=3", dimensions: 3 });
  const memory = await createPersisto({ embedder });
  await memory.save({ namespace: "ada", content: "Tea." });
  const { results } = await memory.query({ namespace: "ada", query: "Tea?", mode: "fuzzy" });
  expect(results[0]).toMatchObject({ content: "Tea." });
  await memory.close();
});
