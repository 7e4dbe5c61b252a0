import { TextNode } from "@llamaindex/core/schema";
import { staticEmbedder } from "@persisto/core";
import { describe, expect, it } from "vitest";
import { PersistoEmbedding, PersistoVectorStore } from "../src/index.js";
import { describeOnMemories } from "../../../test/lib/describe-on-memories.js";

describe("PersistoEmbedding", () => {
  it("gives the vectors of an embedder to LlamaIndex, in its batches", async () => {
    const embedder = await staticEmbedder();
    const embedding = new PersistoEmbedding({ embedder });
    expect(embedding.embedInfo?.dimensions).toBe(embedder.dimensions);
    const texts = Array.from({ length: 300 }, (_, index) => `Text ${index}`);
    const vectors = await embedding.getTextEmbeddingsBatch(texts);
    expect(vectors).toHaveLength(300);
    expect(vectors[299]).toEqual(await embedding.getTextEmbedding("Text 299"));
    expect(await embedding.getTextEmbeddings(texts)).toEqual(vectors);
    expect(vectors[0]).toHaveLength(embedder.dimensions);
  });

  it("tells questions from documents", async () => {
    const kinds: string[] = [];
    const embedder = {
      id: "kinds",
      dimensions: 1,
      async embed(texts: readonly string[], { kind }: { kind: string }) {
        kinds.push(...texts.map((text) => `${kind}: ${text}`));
        return texts.map(() => Float32Array.of(1));
      },
    };
    const embedding = new PersistoEmbedding({ embedder });
    expect(await embedding.getQueryEmbedding({ type: "text", text: "Who?" })).toEqual([1]);
    await embedding.getTextEmbedding("Me.");
    expect(kinds).toEqual(["query: Who?", "document: Me."]);
    const image = { type: "image_url" as const, image_url: { url: "https://example.org/cat.png" } };
    expect(await embedding.getQueryEmbedding(image)).toBeNull();
  });

  it("embeds nodes as a step of a pipeline", async () => {
    const embedding = new PersistoEmbedding({ embedder: await staticEmbedder() });
    const [node] = await embedding([new TextNode({ text: "Cats sleep.", metadata: { file: "a.md" } })]);
    expect(node?.embedding).toEqual(await embedding.getTextEmbedding("file: a.md\n\nCats sleep."));
  });

  it("gives empty vectors without an embedder, for a store whose memory embeds", async () => {
    const embedding = new PersistoEmbedding();
    expect(await embedding.getQueryEmbedding({ type: "text", text: "Who?" })).toEqual([]);
    const nodes = await embedding([new TextNode({ text: "One." }), new TextNode({ text: "Two." })]);
    expect(nodes.map((node) => node.embedding)).toEqual([[], []]);
  });
});

describeOnMemories("PersistoEmbedding", (place) => {
  it("has the dimensions of the memory, whose vectors it makes", async () => {
    const embedModel = new PersistoEmbedding({ embedder: await staticEmbedder() });
    const store = new PersistoVectorStore({ ...place(), embedModel });
    await store.add(await embedModel([new TextNode({ id_: "cat", text: "Cats sleep." })]));
    const queryEmbedding = (await embedModel.getQueryEmbedding({ type: "text", text: "Cats sleep." }))!;
    const found = await store.query({ queryEmbedding, similarityTopK: 1, mode: "default" as never });
    expect(found.ids).toEqual(["cat"]);
    expect(found.similarities[0]).toBeCloseTo(1, 2);
  });
});
