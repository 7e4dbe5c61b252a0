import { setTimeout as sleep } from "node:timers/promises";
import type { QueryInput } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { freshNamespace } from "../fresh-namespace.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

const modes: ReadonlyArray<{ title: string; mode: QueryInput["mode"] }> = [
  { title: "no mode", mode: undefined },
  { title: "strict", mode: "strict" },
  { title: "fuzzy", mode: "fuzzy" },
  { title: "recency", mode: "recency" },
  { title: "an empty profile", mode: {} },
  { title: "a profile of vectors alone", mode: { name: "meaning", vectorWeight: 1 } },
  { title: "a profile of words alone", mode: { name: "words", vectorWeight: 0 } },
  { title: "vector retrieval", mode: { retrieval: "vector" } },
  { title: "text retrieval", mode: { retrieval: "text" } },
  {
    title: "a profile with everything",
    mode: {
      name: "mine",
      k: 3,
      retrieval: "hybrid",
      vectorWeight: 0.7,
      minRelevance: 0.2,
      minSimilarity: 0.1,
      recency: { weight: 0.2, halfLifeDays: 30 },
      diversity: 0.1,
      groupBy: "passage",
    },
  },
];

/** What modes, profiles and `k` do to a query. */
export function describeProfiles(memory: MemoryAccessor): void {
  async function contentsOf(input: QueryInput): Promise<string[]> {
    return (await memory().query(input)).results.map((hit) => hit.content);
  }

  describe("modes and profiles", () => {
    for (const { title, mode } of modes) {
      it(`finds the very sentence first with ${title}`, async () => {
        const namespace = freshNamespace();
        const sentence = "The lighthouse keeper collects blue glass bottles.";
        await memory().saveMany([
          { namespace, content: "Tax returns are due at the end of May." },
          { namespace, content: sentence },
          { namespace, content: "The recipe asks for two cups of flour." },
        ]);
        const contents = await contentsOf({ namespace, query: sentence, ...(mode !== undefined && { mode }) });
        expect(contents[0]).toBe(sentence);
      });
    }

    it("gives at most k results, and all that match when k allows it", async () => {
      const namespace = freshNamespace();
      const memories = [1, 2, 3, 4, 5].map((number) => ({ namespace, content: `Greenhouse orchid number ${number}.` }));
      await memory().saveMany(memories);
      const count = async (options: Pick<QueryInput, "k" | "mode">) =>
        (await contentsOf({ namespace, query: "greenhouse orchid", ...options })).length;
      expect(await count({ k: 1 })).toBe(1);
      expect(await count({ k: 3 })).toBe(3);
      expect(await count({ k: 100 })).toBe(5);
      expect(await count({ mode: { k: 2 } })).toBe(2);
      expect(await count({ mode: { k: 2 }, k: 4 })).toBe(4);
      expect(await count({ mode: "fuzzy", k: 2 })).toBe(2);
    });

    it("drops what is below minSimilarity unless it shares a word with the query", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, content: "Whales sing in the deep ocean." });
      const mode = { minSimilarity: 1 };
      expect(await contentsOf({ namespace, query: "quarterly invoice totals", mode })).toEqual([]);
      expect(await contentsOf({ namespace, query: "whales", mode })).toHaveLength(1);
      expect(
        await contentsOf({ namespace, query: "quarterly invoice totals", mode: { minSimilarity: -1 } }),
      ).toHaveLength(1);
    });

    it("drops what has nothing to do with the query, but for fuzzy", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, content: "Whales sing in the deep ocean." });
      const query = "quarterly invoice totals";
      expect(await contentsOf({ namespace, query, mode: { minRelevance: 0.9 } })).toEqual([]);
      expect(await contentsOf({ namespace, query, mode: { minRelevance: 0 } })).toHaveLength(1);
      expect(await contentsOf({ namespace, query, mode: "fuzzy" })).toHaveLength(1);
    });

    it("finds by words alone only what shares a word with the query", async () => {
      const namespace = freshNamespace();
      await memory().saveMany([
        { namespace, content: "Whales sing in the deep ocean." },
        { namespace, content: "The orchestra rehearses on Tuesdays." },
      ]);
      const mode = { retrieval: "text" } as const;
      expect(await contentsOf({ namespace, query: "Which whales?", mode })).toEqual(["Whales sing in the deep ocean."]);
      expect(await contentsOf({ namespace, query: "quarterly invoice totals", mode })).toEqual([]);
    });

    it("gives a memory once, or each of its passages", async () => {
      const namespace = freshNamespace();
      const { id, chunks } = await memory().save({ namespace, content: longText(12_000) });
      expect(chunks).toBeGreaterThan(1);
      const ids = async (groupBy: "memory" | "passage") => {
        const mode = { minRelevance: 0, groupBy };
        const { results } = await memory().query({ namespace, query: "Note", mode, k: 100 });
        return results.map((hit) => hit.id);
      };
      expect(await ids("memory")).toEqual([id]);
      expect((await ids("passage")).length).toBeGreaterThan(1);
    });

    it("prefers the newer of two equal texts when recency counts", async () => {
      const namespace = freshNamespace();
      const content = "The office is on the third floor.";
      await memory().save({ namespace, id: "older", content });
      await sleep(50);
      await memory().save({ namespace, id: "newer", content });
      const ids = async (mode: QueryInput["mode"]) =>
        (await memory().query({ namespace, query: "office floor", ...(mode !== undefined && { mode }) })).results.map(
          (hit) => hit.id,
        );
      expect(await ids("recency")).toEqual(["newer", "older"]);
      expect(await ids({ recency: { weight: 0.5, halfLifeDays: 0.001 } })).toEqual(["newer", "older"]);
    });

    it("counts age from createdAt, which saving again and updating keep", async () => {
      const namespace = freshNamespace();
      const content = "The meeting room is called Aurora.";
      await memory().save({ namespace, id: "older", content });
      await sleep(50);
      await memory().save({ namespace, id: "newer", content });
      await memory().save({ namespace, id: "older", content });
      await memory().update({ namespace, id: "older", metadata: { touched: true } });
      const { results } = await memory().query({ namespace, query: "meeting room Aurora", mode: "recency" });
      expect(results.map((hit) => hit.id)).toEqual(["newer", "older"]);
    });

    it("lets recency alone decide at weight 1, and relevance alone without it", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, id: "exact", content: "The harbour ferry leaves at noon." });
      await sleep(50);
      await memory().save({ namespace, id: "recent", content: "Someone painted the ferry green." });
      const first = async (mode: QueryInput["mode"]) =>
        (
          await memory().query({
            namespace,
            query: "The harbour ferry leaves at noon.",
            ...(mode !== undefined && { mode }),
          })
        ).results[0]?.id;
      expect(await first({ recency: { weight: 1, halfLifeDays: 0.001 } })).toBe("recent");
      expect(await first("strict")).toBe("exact");
    });
  });
}
