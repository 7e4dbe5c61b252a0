import { Document } from "@langchain/core/documents";
import { FakeEmbeddings, SyntheticEmbeddings } from "@langchain/core/utils/testing";
import { staticEmbedder, type Memory } from "@persisto/core";
import { describe, expect, it } from "vitest";
import { PersistoEmbeddings, PersistoVectorStore } from "../src/index.js";
import { counting, describeOnMemories } from "../../../test/lib/describe-on-memories.js";

const dimensions = 256;
const synthetic = new SyntheticEmbeddings({ vectorSize: dimensions });

/** A vector at this angle, in degrees, to the first axis. */
function at(degrees: number): number[] {
  const radians = (degrees * Math.PI) / 180;
  return Array.from({ length: dimensions }, (_, axis) => [Math.cos(radians), Math.sin(radians)][axis] ?? 0);
}

const pets = [
  new Document({ pageContent: "Cats sleep most of the day.", metadata: { animal: "cat", legs: 4 } }),
  new Document({ pageContent: "Dogs like to fetch sticks.", metadata: { animal: "dog", legs: 4 } }),
  new Document({ pageContent: "Parrots can learn to speak.", metadata: { animal: "parrot", legs: 2 } }),
];

describeOnMemories("PersistoVectorStore", (place) => {
  describe("adding", () => {
    it("gives ids in the order of the documents: of the options, else the document's own, else new ones", async () => {
      const store = new PersistoVectorStore(new PersistoEmbeddings(), place());
      const [first, second] = await store.addDocuments([new Document({ id: "own", pageContent: "One." }), pets[0]!]);
      expect(first).toBe("own");
      expect(second).toMatch(/^[0-9a-f-]{36}$/);
      const ids = ["any text", "ünï/cödé?", "7"];
      const own = pets.map((pet) => new Document({ ...pet, id: "overruled" }));
      expect(await store.addDocuments(own, { ids })).toEqual(ids);
    });

    it("replaces a document whose id is there, and keeps the last of several in one call", async () => {
      const store = new PersistoVectorStore(place());
      await store.addDocuments([pets[0]!], { ids: ["pet"] });
      expect(await store.addDocuments([pets[1]!, pets[2]!], { ids: ["pet", "pet"] })).toEqual(["pet", "pet"]);
      const found = await store.similaritySearch("pets", 10);
      expect(found.map(({ pageContent }) => pageContent)).toEqual(["Parrots can learn to speak."]);
    });

    it("makes no call for an empty list", async () => {
      const { memory, calls } = counting(place().memory);
      const store = new PersistoVectorStore(synthetic, { memory, namespace: "nothing" });
      expect(await store.addDocuments([])).toEqual([]);
      expect(await store.addVectors([], [])).toEqual([]);
      await store.delete({ ids: [] });
      expect(await store.similaritySearch("anything", 0)).toEqual([]);
      expect(calls).toEqual([]);
    });

    it("takes more documents than fit into one request", async () => {
      const store = new PersistoVectorStore(place());
      const documents = Array.from({ length: 1_001 }, (_, index) => new Document({ pageContent: `Note ${index}.` }));
      const ids = documents.map((_, index) => `note-${index}`);
      expect(await store.addDocuments(documents, { ids })).toEqual(ids);
      expect((await store.similaritySearch("Note 1000.", 1))[0]?.id).toBe("note-1000");
    });

    it("stores what loaders bring: dates as ISO 8601, instances as objects, without undefined and NUL", async () => {
      const store = new PersistoVectorStore(place());
      class Info {
        pages = 3;
      }
      const metadata = { at: new Date(0), info: new Info(), nothing: undefined, loc: { lines: { from: 1, to: 2 } } };
      await store.addDocuments([new Document({ pageContent: "A\u0000 cut \ud83d", metadata })]);
      const [found] = await store.similaritySearch("cut");
      expect(found?.pageContent).toBe("A cut \ufffd");
      expect(found?.metadata).toEqual({
        at: "1970-01-01T00:00:00.000Z",
        info: { pages: 3 },
        loc: { lines: { from: 1, to: 2 } },
      });
    });

    it("refuses lists of different lengths and metadata that JSON has no word for", async () => {
      const store = new PersistoVectorStore(place());
      await expect(store.addDocuments(pets, { ids: ["one"] })).rejects.toThrow("ids: has 1 entries for 3 documents");
      await expect(store.addVectors([at(0)], pets)).rejects.toThrow("vectors: has 1 entries for 3 documents");
      const texts = PersistoVectorStore.fromTexts(["a", "b"], [{}], new PersistoEmbeddings(), place());
      await expect(texts).rejects.toThrow("metadatas: has 1 entries for 2 texts");
      const strange = [new Document({ pageContent: "a", metadata: { ratio: Number.NaN } })];
      await expect(store.addDocuments(strange)).rejects.toThrow(/ratio/);
    });
  });

  describe("searching", () => {
    it("scores by cosine similarity, higher is better, down to the opposite", async () => {
      const store = new PersistoVectorStore(synthetic, place());
      await store.addVectors([at(180), at(60), at(0), at(90)], [...pets, new Document({ pageContent: "Fish swim." })]);
      const found = await store.similaritySearchVectorWithScore(at(0), 10);
      expect(found.map(([{ metadata }]) => metadata["animal"])).toEqual(["parrot", "dog", undefined, "cat"]);
      [1, 0.5, 0, -1].forEach((score, index) => expect(found[index]![1]).toBeCloseTo(score, 2));
      expect(await store.similaritySearchVectorWithScore(at(0), 2)).toHaveLength(2);
    });

    it("embeds with the user's own embeddings", async () => {
      const store = await PersistoVectorStore.fromDocuments(pets, synthetic, place());
      const [[document, score] = []] = await store.similaritySearchWithScore(pets[1]!.pageContent, 1);
      expect(document).toEqual(new Document({ ...pets[1]!, id: expect.any(String) as string }));
      expect(score).toBeCloseTo(1, 2);
    });

    it("embeds with Persisto's embedder when there are no embeddings", async () => {
      const store = await PersistoVectorStore.fromTexts(
        pets.map(({ pageContent }) => pageContent),
        pets.map(({ metadata }) => metadata),
        new PersistoEmbeddings(),
        place(),
      );
      const found = await store.similaritySearchWithScore("Which bird can talk?", 3);
      expect(found.map(([{ metadata }]) => metadata["animal"])[0]).toBe("parrot");
      const scores = found.map(([, score]) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    });

    it("gives a long document back whole, and once", async () => {
      const store = new PersistoVectorStore(place());
      const pageContent = Array.from({ length: 300 }, (_, index) => `Paragraph ${index} is about rivers.`).join("\n\n");
      await store.addDocuments([new Document({ pageContent, metadata: { long: true } }), pets[0]!]);
      const found = await store.similaritySearch("rivers", 10);
      expect(found.map((document) => document.pageContent)).toEqual([pageContent, pets[0]!.pageContent]);
    });

    it("finds nothing in a namespace that nothing was saved in", async () => {
      const store = await PersistoVectorStore.fromExistingIndex(synthetic, place());
      expect(await store.similaritySearch("anything")).toEqual([]);
      expect(await store.maxMarginalRelevanceSearch("anything", { k: 2 })).toEqual([]);
    });

    it("says which dimensions do not fit", async () => {
      const store = new PersistoVectorStore(new FakeEmbeddings(), place());
      await expect(store.addDocuments(pets)).rejects.toThrow(/has 4 numbers; this store's vectors have 256/);
      await new PersistoVectorStore(place()).addDocuments(pets);
      await expect(store.similaritySearchVectorWithScore([1, 2, 3], 1)).rejects.toThrow(/256/);
    });

    it("keeps to the filter of the store and to that of the call", async () => {
      const { memory, namespace } = place();
      const all = await PersistoVectorStore.fromDocuments(pets, synthetic, { memory, namespace });
      const store = new PersistoVectorStore(synthetic, { memory, namespace, filter: { legs: 4 } });
      const animals = async (found: Promise<Document[]>) =>
        (await found).map(({ metadata }) => String(metadata["animal"]));
      expect((await animals(store.similaritySearch("pets", 10))).toSorted()).toEqual(["cat", "dog"]);
      expect(await animals(store.similaritySearch("pets", 10, { animal: { notIn: ["cat"] } }))).toEqual(["dog"]);
      expect(await animals(store.similaritySearch("pets", 10, { animal: "parrot" }))).toEqual([]);
      expect(await animals(store.maxMarginalRelevanceSearch("pets", { k: 9, filter: { animal: "dog" } }))).toEqual([
        "dog",
      ]);
      expect(
        await animals(all.similaritySearch("pets", 10, { $or: [{ animal: "cat" }, { legs: { $lt: 4 } }] })),
      ).toHaveLength(2);
      await expect(all.similaritySearch("pets", 1, { legs: { $gtt: 3 } as never })).rejects.toThrow(
        /"\$gtt" is no operator/,
      );
    });

    it("chooses documents that differ by marginal relevance", async () => {
      const { memory, namespace } = place();
      const store = new PersistoVectorStore({ memory, namespace });
      await store.addDocuments([
        new Document({ id: "a", pageContent: "The train to Rome leaves at nine." }),
        new Document({ id: "b", pageContent: "The train to Rome leaves at nine o'clock." }),
        new Document({ id: "c", pageContent: "A train ticket costs ten euros." }),
      ]);
      const ids = async (lambda: number) =>
        (await store.maxMarginalRelevanceSearch("When does the train to Rome leave?", { k: 2, lambda })).map(
          ({ id }) => id,
        );
      const nearest = (await store.similaritySearch("When does the train to Rome leave?", 2)).map(({ id }) =>
        String(id),
      );
      expect(nearest.toSorted()).toEqual(["a", "b"]);
      expect(await ids(1)).toEqual(nearest);
      expect(await ids(0.3)).toEqual([nearest[0], "c"]);
      await expect(ids(1.5)).rejects.toThrow(/lambda/);
    });
  });

  describe("as a retriever", () => {
    it("retrieves by similarity, with a filter, and by marginal relevance", async () => {
      const store = await PersistoVectorStore.fromDocuments(pets, synthetic, place());
      expect(await store.asRetriever().invoke("pets")).toHaveLength(3);
      expect(await store.asRetriever(2).invoke("pets")).toHaveLength(2);
      const filtered = await store.asRetriever({ k: 3, filter: { animal: { in: ["cat"] } } }).invoke("pets");
      expect(filtered.map(({ metadata }) => metadata["animal"])).toEqual(["cat"]);
      const mmr = store.asRetriever({ k: 2, searchType: "mmr", searchKwargs: { fetchK: 20, lambda: 0.5 } });
      expect(await mmr.invoke("pets")).toHaveLength(2);
    });

    it("lets a threshold on the score work, as LangChain's ScoreThresholdRetriever applies it", async () => {
      const store = new PersistoVectorStore(synthetic, place());
      await store.addVectors([at(10), at(50), at(120)], pets);
      const found = await store.similaritySearchVectorWithScore(at(0), 100);
      const above = found.filter(([, score]) => score >= 0.5).map(([{ metadata }]) => metadata["animal"]);
      expect(above).toEqual(["cat", "dog"]);
    });
  });

  describe("deleting", () => {
    it("deletes by ids, by filter, and everything", async () => {
      const { memory, namespace } = place();
      const store = new PersistoVectorStore({ memory, namespace });
      await store.addDocuments(pets, { ids: ["cat", "dog", "parrot"] });
      const left = async () => (await store.similaritySearch("pets", 10)).map(({ id }) => String(id)).toSorted();
      await store.delete({ ids: ["cat", "never there"] });
      expect(await left()).toEqual(["dog", "parrot"]);
      await store.delete({ filter: { legs: { lt: 4 } } });
      expect(await left()).toEqual(["dog"]);
      await store.delete({ deleteAll: true });
      expect(await left()).toEqual([]);
    });

    it("of a store with a filter deletes nothing else", async () => {
      const { memory, namespace } = place();
      const all = new PersistoVectorStore({ memory, namespace });
      await all.addDocuments(pets, { ids: ["cat", "dog", "parrot"] });
      const birds = new PersistoVectorStore({ memory, namespace, filter: { legs: 2 } });
      await birds.delete({ ids: ["cat"] });
      await birds.delete({ filter: { animal: "dog" } });
      expect(await all.similaritySearch("pets", 10)).toHaveLength(3);
      await birds.delete({ deleteAll: true });
      expect((await all.similaritySearch("pets", 10)).map(({ id }) => String(id)).toSorted()).toEqual(["cat", "dog"]);
    });

    it("refuses to guess what to delete", async () => {
      const store = new PersistoVectorStore(place());
      const message = "exactly one of ids, filter and deleteAll";
      await expect(store.delete()).rejects.toThrow(message);
      await expect(store.delete({ deleteAll: false })).rejects.toThrow(message);
      await expect(store.delete({ ids: ["a"], filter: { a: 1 } })).rejects.toThrow(message);
      await expect(store.delete({ filter: {} })).rejects.toThrow("use deleteAll");
      await expect(store.delete({ filter: { user: undefined as never } })).rejects.toThrow("is undefined");
    });
  });
});

describe("PersistoVectorStore", () => {
  it("says what is missing", () => {
    const memory = { query: () => undefined } as unknown as Memory;
    expect(() => new PersistoVectorStore(synthetic, undefined as never)).toThrow("memory: is missing");
    expect(() => new PersistoVectorStore(synthetic, { memory } as never)).toThrow("namespace: must be a text");
  });

  it("works with a memory of three lines, and gives nothing away when it is serialised", async () => {
    const hit = { id: "a", content: "Hello.", metadata: {}, similarity: 0.5, score: 1, chunk: { index: 0, count: 1 } };
    const memory = { query: async () => ({ results: [hit], dropped: 0 }) } as unknown as Memory;
    const store = new PersistoVectorStore({ memory, namespace: "secret" });
    expect(await store.similaritySearchWithScore("hi")).toEqual([
      [new Document({ id: "a", pageContent: "Hello.", metadata: {} }), 0.5],
    ]);
    expect(JSON.stringify(store)).not.toContain("secret");
    expect(store._vectorstoreType()).toBe("persisto");
  });
});

describe("PersistoEmbeddings", () => {
  it("gives the vectors of an embedder to LangChain", async () => {
    const embedder = await staticEmbedder();
    const embeddings = new PersistoEmbeddings({ embedder });
    expect(await embeddings.embedQuery("cats")).toHaveLength(embedder.dimensions);
    const vectors = await embeddings.embedDocuments(Array.from({ length: 300 }, (_, index) => `Text ${index}`));
    expect(vectors).toHaveLength(300);
    expect(vectors[299]).toEqual(await embeddings.embedQuery("Text 299"));
  });

  it("says how to get vectors when it has no embedder", async () => {
    await expect(new PersistoEmbeddings().embedQuery("cats")).rejects.toThrow("new PersistoEmbeddings({ embedder })");
  });
});
