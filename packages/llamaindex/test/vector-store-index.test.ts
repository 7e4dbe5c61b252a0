import { MockLLM } from "@llamaindex/core/llms/mock";
import {
  ContextChatEngine,
  Document,
  IngestionPipeline,
  SentenceSplitter,
  Settings,
  SimilarityPostprocessor,
  storageContextFromDefaults,
  VectorStoreIndex,
  VectorStoreQueryMode,
  type MetadataFilters,
} from "llamaindex";
import { beforeEach, expect, it } from "vitest";
import { PersistoEmbedding, PersistoVectorStore } from "../src/index.js";
import { describeOnMemories } from "../../../test/lib/describe-on-memories.js";
import { LetterEmbedding } from "./vectors.js";

const documents = () => [
  new Document({ id_: "train", text: "The train to Rome leaves at nine.", metadata: { topic: "travel", year: 2025 } }),
  new Document({ id_: "meals", text: "Breakfast is served from seven.", metadata: { topic: "hotel", year: 2026 } }),
  new Document({ id_: "city", text: "The museum is closed on Mondays.", metadata: { topic: "city", year: 2026 } }),
];

const travel: MetadataFilters = { filters: [{ key: "topic", value: "travel", operator: "==" }] };

// As LlamaIndex documents its use.
describeOnMemories("PersistoVectorStore in a VectorStoreIndex", (place) => {
  beforeEach(() => {
    Settings.embedModel = new PersistoEmbedding();
  });

  it("indexes documents and retrieves nodes with their scores and sources", async () => {
    const vectorStore = new PersistoVectorStore(place());
    const storageContext = await storageContextFromDefaults({ vectorStore });
    const index = await VectorStoreIndex.fromDocuments(documents(), { storageContext });
    const retriever = index.asRetriever({ similarityTopK: 2 });
    const found = await retriever.retrieve({ query: "When can I eat breakfast?" });
    expect(found).toHaveLength(2);
    expect(found[0]?.node).toMatchObject({
      text: "Breakfast is served from seven.",
      metadata: { topic: "hotel", year: 2026 },
    });
    expect(found[0]?.node.sourceNode?.nodeId).toBe("meals");
    expect(found[0]!.score!).toBeGreaterThan(found[1]!.score!);
  });

  it("answers by a query engine, over an index that is there, with filters before and cut-offs behind", async () => {
    const vectorStore = new PersistoVectorStore(place());
    const storageContext = await storageContextFromDefaults({ vectorStore });
    await VectorStoreIndex.fromDocuments(documents(), { storageContext });
    Settings.llm = new MockLLM({ responseMessage: "From seven." });
    const index = await VectorStoreIndex.fromVectorStore(vectorStore);
    const engine = index.asQueryEngine({ similarityTopK: 1 });
    const { message, sourceNodes } = await engine.query({ query: "When is breakfast?" });
    expect(message.content).toBe("From seven.");
    expect(sourceNodes?.map(({ node }) => node.sourceNode?.nodeId)).toEqual(["meals"]);
    const filtered = await index.asQueryEngine({ preFilters: travel }).query({ query: "When is breakfast?" });
    expect(filtered.sourceNodes?.map(({ node }) => node.sourceNode?.nodeId)).toEqual(["train"]);
    const nodePostprocessors = [new SimilarityPostprocessor({ similarityCutoff: 0.99 })];
    const cut = await index.asQueryEngine({ nodePostprocessors }).query({ query: "When is breakfast?" });
    expect(cut.sourceNodes).toEqual([]);
  });

  it("answers in a chat, from what it quotes", async () => {
    const vectorStore = new PersistoVectorStore(place());
    const storageContext = await storageContextFromDefaults({ vectorStore });
    const index = await VectorStoreIndex.fromDocuments(documents(), { storageContext });
    const retriever = index.asRetriever({ similarityTopK: 1 });
    const chatModel = new MockLLM({ responseMessage: "At nine." });
    const { message, sourceNodes } = await new ContextChatEngine({ retriever, chatModel }).chat({
      message: "When does the train to Rome leave?",
    });
    expect(message.content).toBe("At nine.");
    expect(sourceNodes?.map(({ node }) => node.sourceNode?.nodeId)).toEqual(["train"]);
  });

  it("retrieves in every mode", async () => {
    const vectorStore = new PersistoVectorStore(place());
    const storageContext = await storageContextFromDefaults({ vectorStore });
    const index = await VectorStoreIndex.fromDocuments(documents(), { storageContext });
    const { DEFAULT, HYBRID, MMR, SPARSE } = VectorStoreQueryMode;
    for (const mode of [DEFAULT, HYBRID, MMR, SPARSE]) {
      const retriever = index.asRetriever({ mode, similarityTopK: 3 });
      const [first] = await retriever.retrieve({ query: "Is the museum open on Mondays?" });
      expect(first?.node.sourceNode?.nodeId).toBe("city");
    }
  });

  it("inserts and deletes documents, with all their nodes", async () => {
    const { memory, namespace } = place();
    const vectorStore = new PersistoVectorStore({ memory, namespace });
    const storageContext = await storageContextFromDefaults({ vectorStore });
    const index = await VectorStoreIndex.fromDocuments(documents(), { storageContext });
    const text = Array.from({ length: 200 }, (_, line) => `Line ${line} is about the harbour and its ships.`).join(" ");
    await index.insert(new Document({ id_: "harbour", text }));
    const nodes = async () => (await memory.list({ namespace, withTotal: true })).total;
    expect(await nodes()).toBeGreaterThan(4);
    await index.deleteRefDoc("harbour");
    expect(await nodes()).toBe(3);
  });

  it("embeds with the user's own model", async () => {
    const embedModel = new LetterEmbedding();
    Settings.embedModel = embedModel;
    const vectorStore = new PersistoVectorStore(place());
    const storageContext = await storageContextFromDefaults({ vectorStore });
    const index = await VectorStoreIndex.fromDocuments(documents(), { storageContext });
    expect(embedModel.embedded).toContain("topic: city\nyear: 2026\n\nThe museum is closed on Mondays.");
    const query = "topic: city year: 2026 The museum is closed on Mondays.";
    const [first] = await index.asRetriever({ similarityTopK: 1 }).retrieve({ query });
    expect(embedModel.embedded).toContain(query);
    expect(first?.node.sourceNode?.nodeId).toBe("city");
    expect(first?.score).toBeCloseTo(1, 1);
  });

  it("is filled by an ingestion pipeline", async () => {
    const vectorStore = new PersistoVectorStore(place());
    const pipeline = new IngestionPipeline({
      transformations: [new SentenceSplitter({ chunkSize: 512 }), vectorStore.embedModel],
      vectorStore,
    });
    expect(await pipeline.run({ documents: documents() })).toHaveLength(3);
    const index = await VectorStoreIndex.fromVectorStore(vectorStore);
    const [first] = await index.asRetriever({ similarityTopK: 1 }).retrieve({ query: "Is the museum open?" });
    expect(first?.node.sourceNode?.nodeId).toBe("city");
  });
});
