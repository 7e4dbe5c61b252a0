import type { BaseEmbedding } from "@llamaindex/core/embeddings";
import { Settings } from "@llamaindex/core/global";
import { IndexNode, MetadataMode, NodeRelationship, ObjectType, TextNode } from "@llamaindex/core/schema";
import type { Memory } from "@persisto/core";
import { describe, expect, it } from "vitest";
import { PersistoEmbedding, PersistoVectorStore } from "../src/index.js";
import { counting, describeOnMemories } from "../../../test/lib/describe-on-memories.js";
import { byText, byVector, idsOf, node, pets, withoutVector } from "./pets.js";
import { LetterEmbedding } from "./vectors.js";

describeOnMemories("PersistoVectorStore", (place) => {
  describe("adding", () => {
    it("gives the ids of the nodes in order, and replaces a node whose id is there", async () => {
      const store = new PersistoVectorStore(place());
      expect(await store.add(pets())).toEqual(["cat", "dog", "parrot"]);
      expect(await store.add([node("ünï/cödé?", "Fish swim."), node("cat", "Cats purr.")])).toEqual([
        "ünï/cödé?",
        "cat",
      ]);
      const found = await store.query(byText("cats"));
      expect(idsOf(found).toSorted()).toEqual(["cat", "dog", "parrot", "ünï/cödé?"]);
      expect(found.nodes?.find(({ id_ }) => id_ === "cat")).toMatchObject({ text: "Cats purr." });
    });

    it("makes no call for an empty list", async () => {
      const { memory, calls } = counting(place().memory);
      const store = new PersistoVectorStore({ memory, namespace: "nothing" });
      expect(await store.add([])).toEqual([]);
      expect(idsOf(await store.query(byText("anything", { similarityTopK: 0 })))).toEqual([]);
      expect(idsOf(await store.query(byText(" ")))).toEqual([]);
      expect(calls).toEqual([]);
    });

    it("takes more nodes than fit into one request", async () => {
      const store = new PersistoVectorStore(place());
      const nodes = Array.from({ length: 1_001 }, (_, index) => node(`note-${index}`, `Note ${index}.`));
      expect(await store.add(nodes)).toEqual(nodes.map(({ id_ }) => id_));
      expect(idsOf(await store.query(byText("Note 1000.", { similarityTopK: 1 })))).toEqual(["note-1000"]);
    });

    it("says which dimensions do not fit", async () => {
      const store = new PersistoVectorStore({ ...place(), embedModel: new LetterEmbedding(3) });
      const small = new TextNode({ text: "Fish swim.", embedding: [1, 2, 3] });
      await expect(store.add([small])).rejects.toThrow(/has 3 numbers; this store's vectors have 256/);
      await store.add(pets());
      await expect(store.query(byVector([1, 2, 3]))).rejects.toThrow(/256/);
    });
  });

  describe("nodes that come back", () => {
    it("are as they were added, with relationships, metadata and templates", async () => {
      const store = new PersistoVectorStore(place());
      const metadata = {
        file: "a.md",
        page: 3,
        tags: ["x"],
        ref_doc_id: "the user's own",
        none: null,
        loc: { from: 1 },
      };
      const related = (nodeId: string, own: object = metadata) => ({
        nodeId,
        metadata: own,
        hash: `hash of ${nodeId}`,
      });
      const added = new TextNode({
        id_: "n",
        text: "  Text with space around.\n",
        metadata,
        excludedEmbedMetadataKeys: ["page"],
        excludedLlmMetadataKeys: ["file"],
        textTemplate: "{content}",
        metadataSeparator: " | ",
        startCharIdx: 7,
        endCharIdx: 33,
        relationships: {
          [NodeRelationship.SOURCE]: related("doc", { title: "other metadata" }),
          [NodeRelationship.PREVIOUS]: related("before"),
          [NodeRelationship.NEXT]: related("after"),
          [NodeRelationship.CHILD]: [related("one"), related("two", {})],
        },
      });
      const hash = added.generateHash();
      await store.add([added]);
      const [found] = (await store.query(byText("text"))).nodes ?? [];
      expect(found).toBeInstanceOf(TextNode);
      expect({ ...found }).toEqual({ ...added });
      expect(found?.generateHash()).toBe(hash);
      expect(found?.sourceNode?.metadata).toEqual({ title: "other metadata" });
    });

    it("keep their kind, also without a text of their own", async () => {
      const store = new PersistoVectorStore(place());
      const index = new IndexNode({ id_: "index", text: "See the appendix.", indexId: "appendix" });
      const empty = new TextNode({ id_: "empty", text: "", metadata: { page: 2 } });
      await store.add([index, empty, new TextNode({ id_: "nothing at all" })]);
      const { nodes } = await store.query(byText("appendix"));
      const found = Object.fromEntries(nodes!.map((each) => [each.id_, each]));
      expect(found["index"]).toBeInstanceOf(IndexNode);
      expect(found["index"]).toMatchObject({ indexId: "appendix", type: ObjectType.INDEX });
      expect({ ...found["empty"] }).toEqual({ ...empty });
      expect(found["nothing at all"]).toMatchObject({ text: "", metadata: {} });
    });

    it("are whole and come once, however long they are", async () => {
      const store = new PersistoVectorStore(place());
      const text = Array.from({ length: 300 }, (_, index) => `Paragraph ${index} is about rivers.`).join("\n\n");
      await store.add([node("long", text), ...pets()]);
      const { nodes, ids } = await store.query(byText("rivers", { similarityTopK: 2 }));
      expect(ids[0]).toBe("long");
      expect(new Set(ids).size).toBe(2);
      expect(nodes?.[0]).toMatchObject({ text });
    });

    it("have metadata as readers make it: dates as ISO 8601, without undefined, texts without NUL", async () => {
      const store = new PersistoVectorStore(place());
      const metadata = { at: new Date(0), nothing: undefined };
      await store.add([node("pdf", "A\u0000 cut \ud83d", { metadata })]);
      const [found] = (await store.query(byText("cut"))).nodes ?? [];
      expect(found).toMatchObject({ text: "A cut \ufffd", metadata: { at: "1970-01-01T00:00:00.000Z" } });
    });

    it("are text nodes with the memory's metadata where others saved them", async () => {
      const { memory, namespace } = place();
      const metadata = { source: "profile", doc_id: "theirs", _node_content: "not JSON" };
      await memory.save({ namespace, id: "plain", content: "The user likes tea.", metadata });
      const { nodes, ids } = await new PersistoVectorStore({ memory, namespace }).query(byText("tea"));
      expect(ids).toEqual(["plain"]);
      expect({ ...nodes![0] }).toEqual({ ...new TextNode({ id_: "plain", text: "The user likes tea.", metadata }) });
    });

    it("are memories that others can read and search", async () => {
      const { memory, namespace } = place();
      await new PersistoVectorStore({ memory, namespace }).add(pets().map((pet) => withoutVector(pet)));
      const { results } = await memory.query({
        namespace,
        query: "Which parrots speak?",
        mode: "fuzzy",
        filters: { legs: 2 },
      });
      expect(results).toMatchObject([{ id: "parrot", content: "Parrots can learn to speak.", metadata: { legs: 2 } }]);
    });

    it("hold metadata of several kilobytes, though related nodes carry it as well", async () => {
      const store = new PersistoVectorStore(place());
      const metadata = { summary: "s".repeat(10_000) };
      const related = (nodeId: string) => ({ nodeId, metadata });
      const relationships = {
        [NodeRelationship.SOURCE]: related("doc"),
        [NodeRelationship.PREVIOUS]: related("before"),
        [NodeRelationship.NEXT]: related("after"),
      };
      await store.add([new TextNode({ id_: "n", text: "Text.", metadata, relationships })]);
      const [found] = (await store.query(byText("text"))).nodes ?? [];
      expect(found?.relationships).toEqual(relationships);
    });
  });

  describe("deleting", () => {
    it("takes all nodes of a document, and a node without a document by its own id", async () => {
      const store = new PersistoVectorStore(place());
      await store.add([...pets(), node("loose", "A note of its own.")]);
      const left = async () => idsOf(await store.query(byText("anything"))).toSorted();
      await store.delete("cat");
      await store.delete("None");
      expect(await left()).toEqual(["cat", "dog", "loose", "parrot"]);
      await store.delete("mammals");
      expect(await left()).toEqual(["loose", "parrot"]);
      await store.delete("loose");
      expect(await left()).toEqual(["parrot"]);
    });
  });
});

describe("PersistoVectorStore", () => {
  it("takes its model from where LlamaIndex's stores take it, and else has Persisto embed", async () => {
    const memory = { query: () => undefined } as unknown as Memory;
    const open = (embedModel?: BaseEmbedding) =>
      new PersistoVectorStore({ memory, namespace: "any", ...(embedModel && { embedModel }) }).embedModel;
    const [own, set] = [new LetterEmbedding(), new LetterEmbedding()];
    expect(open()).toBeInstanceOf(PersistoEmbedding);
    expect(open(own)).toBe(own);
    expect(Settings.withEmbedModel(set, () => open())).toBe(set);
    expect(Settings.withEmbedModel(set, () => open(own))).toBe(own);
  });

  it("says what is missing", () => {
    const memory = { query: () => undefined } as unknown as Memory;
    expect(() => new PersistoVectorStore(undefined as never)).toThrow("memory: is missing");
    expect(() => new PersistoVectorStore({ memory } as never)).toThrow("namespace: must be a text");
  });

  it("works with a memory of three lines, and gives it as its client", async () => {
    const hit = { id: "a", content: "Hello.", metadata: {}, similarity: 0.5, score: 1, chunk: { index: 0, count: 1 } };
    const memory = { query: async () => ({ results: [hit], dropped: 0 }) } as unknown as Memory;
    const store = new PersistoVectorStore({ memory, namespace: "any" });
    const { nodes, similarities, ids } = await store.query(byText("hi"));
    expect([nodes?.[0]?.getContent(MetadataMode.NONE), similarities, ids]).toEqual(["Hello.", [0.5], ["a"]]);
    expect(store.client()).toBe(memory);
    expect(store.storesText).toBe(true);
  });
});
