import {
  VectorStoreQueryMode,
  type MetadataFilter,
  type MetadataFilters,
  type VectorStoreQuery,
} from "@llamaindex/core/vector-store";
import { describe, expect, it } from "vitest";
import { PersistoVectorStore } from "../src/index.js";
import { describeOnMemories } from "../../../test/lib/describe-on-memories.js";
import { byText, byVector, idsOf, node, pets, withoutVector } from "./pets.js";
import { at } from "./vectors.js";

describeOnMemories("PersistoVectorStore", (place) => {
  describe("querying", () => {
    it("by vector gives cosine similarities, best first, down to the opposite", async () => {
      const store = new PersistoVectorStore(place());
      await store.add(pets());
      const found = await store.query(byVector(at(0)));
      expect(idsOf(found)).toEqual(["dog", "cat", "parrot"]);
      [1, 0.5, -1].forEach((similarity, index) => expect(found.similarities[index]).toBeCloseTo(similarity, 2));
      expect(idsOf(await store.query(byVector(at(0), { similarityTopK: 1 })))).toEqual(["dog"]);
    });

    it("by text has Persisto embed, when there is no vector", async () => {
      const store = new PersistoVectorStore(place());
      await store.add(pets().map((pet) => withoutVector(pet)));
      const found = await store.query(byText("Which bird can talk?", { queryEmbedding: [] }));
      expect(idsOf(found)[0]).toBe("parrot");
      expect(found.similarities).toEqual(found.similarities.toSorted((a, b) => b - a));
    });

    it("by words finds only what has one of them", async () => {
      const store = new PersistoVectorStore(place());
      await store.add(pets());
      for (const mode of ["sparse", "text_search"]) {
        const found = await store.query(byText("sticks", { mode: mode as never, queryEmbedding: at(180) }));
        expect(idsOf(found)).toEqual(["dog"]);
        expect(found.similarities[0]).toBeGreaterThan(0);
      }
    });

    it("by both weighs them by alpha: 1 is vectors alone, 0 words alone", async () => {
      const store = new PersistoVectorStore(place());
      await store.add(pets());
      const first = async (alpha?: number) => {
        const mode = VectorStoreQueryMode.HYBRID;
        const weighed = alpha === undefined ? {} : { alpha };
        const found = await store.query(byText("sticks", { mode, queryEmbedding: at(180), ...weighed }));
        expect(found.similarities).toEqual(found.similarities.toSorted((a, b) => b - a));
        return idsOf(found)[0];
      };
      expect(await first(1)).toBe("parrot");
      expect(await first(0)).toBe("dog");
      expect(await first()).toBeDefined();
    });

    it("by marginal relevance takes nodes that differ: of threshold 1 the nearest, of 0 the most different", async () => {
      const store = new PersistoVectorStore(place());
      await store.add([
        node("near", "One.", { degrees: 10 }),
        node("nearer", "Two.", { degrees: 12 }),
        node("other", "Three.", { degrees: -60 }),
      ]);
      const found = async (mmrThreshold?: number) => {
        const threshold = mmrThreshold === undefined ? {} : { mmrThreshold };
        const query = byVector(at(0), { mode: VectorStoreQueryMode.MMR, similarityTopK: 2, ...threshold });
        return idsOf(await store.query(query));
      };
      expect(await found(1)).toEqual(["near", "nearer"]);
      expect(await found(0.3)).toEqual(["near", "other"]);
      expect(await found(0)).toEqual(["near", "other"]);
      await expect(found(1.5)).rejects.toThrow("mmrThreshold: must be between 0 and 1");
    });

    it("finds nothing in a namespace that nothing was saved in", async () => {
      const store = new PersistoVectorStore(place());
      const filters: MetadataFilters = { filters: [{ key: "a", value: "b", operator: "text_match" }] };
      expect(idsOf(await store.query(byText("anything", { filters })))).toEqual([]);
      await store.delete("anything");
    });

    it("tells what a mode lacks, and which modes there are", async () => {
      const store = new PersistoVectorStore(place());
      const ask = (query: Partial<VectorStoreQuery>) =>
        store.query({ similarityTopK: 1, mode: "default" as never, ...query });
      await expect(ask({})).rejects.toThrow("queryStr: is missing, and the mode default needs it");
      const hybrid = { mode: VectorStoreQueryMode.HYBRID, queryEmbedding: at(0) };
      await expect(ask(hybrid)).rejects.toThrow("queryStr: is missing, and the mode hybrid needs it");
      await expect(ask({ ...hybrid, queryStr: "a", alpha: 2 })).rejects.toThrow("alpha: must be between 0 and 1");
      for (const mode of [VectorStoreQueryMode.SVM, VectorStoreQueryMode.SEMANTIC_HYBRID, "constructor" as never]) {
        await expect(ask({ mode, queryStr: "a" })).rejects.toThrow("mode: is none of default, mmr, hybrid, sparse");
      }
    });
  });

  describe("filtering", () => {
    it.each<[MetadataFilter, string[]]>([
      [{ key: "legs", operator: "==", value: 4 }, ["cat", "dog"]],
      [{ key: "legs", operator: "==", value: "4" }, []],
      [{ key: "legs", operator: "!=", value: 4 }, ["parrot"]],
      [{ key: "note", operator: "!=", value: "x" }, ["parrot"]],
      [{ key: "legs", operator: ">", value: 2 }, ["cat", "dog"]],
      [{ key: "legs", operator: ">=", value: 2 }, ["cat", "dog", "parrot"]],
      [{ key: "legs", operator: "<", value: 4 }, ["parrot"]],
      [{ key: "legs", operator: "<=", value: 2 }, ["parrot"]],
      [{ key: "legs", operator: "in", value: [2, 3] }, ["parrot"]],
      [{ key: "legs", operator: "nin", value: [2, 3] }, ["cat", "dog"]],
      [{ key: "note", operator: "nin", value: ["x"] }, ["parrot"]],
      [{ key: "tags", operator: "any", value: ["hard", "soft"] }, ["cat"]],
      [{ key: "tags", operator: "all", value: ["hard", "soft"] }, []],
      [{ key: "tags", operator: "contains", value: "soft" }, ["cat"]],
      [{ key: "tags", operator: "text_match", value: "soft" }, ["cat"]],
      [{ key: "tags", operator: "text_match", value: "sof" }, []],
      [{ key: "tags", operator: "is_empty" }, ["dog", "parrot"]],
      [{ key: "note", operator: "is_empty" }, ["cat", "dog", "parrot"]],
      [{ key: "ref_doc_id", operator: "==", value: "mammals" }, ["cat", "dog"]],
      [{ key: "doc_id", operator: "in", value: ["birds"] }, ["parrot"]],
    ])("by %j", async (filter, expected) => {
      const store = new PersistoVectorStore(place());
      await store.add(pets());
      const found = await store.query(byVector(at(0), { filters: { filters: [filter] } }));
      expect(idsOf(found).toSorted()).toEqual(expected);
    });

    it("by a part of a text, to the letter and in any number of nodes", async () => {
      const store = new PersistoVectorStore(place());
      const titles = ["100% wool", "100 wool", "Wool", "cotton"];
      const nodes = Array.from({ length: 1_204 }, (_, index) =>
        node(`n${index}`, `Node ${index}.`, { metadata: { title: index < 1_200 ? "linen" : titles[index - 1_200] } }),
      );
      await store.add(nodes);
      const found = async (...values: string[]) => {
        const filters = values.map((value): MetadataFilter => ({ key: "title", value, operator: "text_match" }));
        return idsOf(await store.query(byText("node", { filters: { filters } }))).toSorted();
      };
      expect(await found("wool")).toEqual(["n1200", "n1201"]);
      expect(await found("0% w")).toEqual(["n1200"]);
      expect(await found("oo", "W")).toEqual(["n1202"]);
      expect(await found("silk")).toEqual([]);
    });

    it("by all or by one of several, and by documents besides", async () => {
      const store = new PersistoVectorStore(place());
      await store.add(pets());
      const filters: MetadataFilter[] = [
        { key: "legs", operator: "==", value: 2 },
        { key: "tags", operator: "contains", value: "soft" },
      ];
      const found = async (more: Partial<VectorStoreQuery>) =>
        idsOf(await store.query(byVector(at(0), more))).toSorted();
      expect(await found({ filters: { filters } })).toEqual([]);
      expect(await found({ filters: { filters, condition: "and" } })).toEqual([]);
      expect(await found({ filters: { filters, condition: "or" } })).toEqual(["cat", "parrot"]);
      expect(await found({ filters: { filters: [] } })).toHaveLength(3);
      expect(await found({ docIds: ["mammals"] })).toEqual(["cat", "dog"]);
      expect(await found({ docIds: ["birds", "dog"] })).toEqual(["dog", "parrot"]);
      expect(await found({ docIds: [] })).toEqual([]);
      expect(await found({ docIds: ["mammals"], filters: { filters, condition: "or" } })).toEqual(["cat"]);
    });
  });
});
