import { describe, expect, it } from "vitest";
import { expectNotFound } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { isoTime } from "../iso-time.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

const facts = [
  "Maria is allergic to peanuts and carries an adrenaline pen.",
  "The quarterly invoice for the Hamburg office is due on Friday.",
  "Our dog Bruno had surgery on his left hind leg.",
  "The telescope on the roof needs a new mirror.",
  "Peter plays the cello in a string quartet.",
];

/** What `query` promises, whatever the profile. */
export function describeQuery(memory: MemoryAccessor): void {
  async function remember(contents: readonly string[]): Promise<string> {
    const namespace = freshNamespace();
    await memory().saveMany(contents.map((content) => ({ namespace, content })));
    return namespace;
  }

  describe("query", () => {
    it("gives a whole short memory as one passage, with all that is known of it", async () => {
      const namespace = freshNamespace();
      const content = "The spare key is under the blue flower pot.";
      const { id, expiresAt } = await memory().save({
        namespace,
        content,
        metadata: { room: "garden" },
        ttlSeconds: 3_600,
      });
      const { results } = await memory().query({ namespace, query: "Where is the spare key?" });
      expect(results).toEqual([
        {
          id,
          namespace,
          content,
          metadata: { room: "garden" },
          createdAt: expect.stringMatching(isoTime),
          expiresAt,
          similarity: expect.any(Number),
          score: expect.any(Number),
          chunk: { index: 0, count: 1 },
        },
      ]);
      expect(results[0]?.createdAt).toBe((await memory().get({ id, namespace }))?.createdAt);
    });

    it("puts the very sentence first", async () => {
      const namespace = await remember(facts);
      for (const fact of facts) {
        const { results } = await memory().query({ namespace, query: fact });
        expect(results[0]?.content).toBe(fact);
      }
    });

    it("puts what the question is about before other topics", async () => {
      const namespace = await remember(facts);
      const first = async (query: string) =>
        (await memory().query({ namespace, query, mode: "fuzzy" })).results[0]?.content;
      expect(await first("Is Maria allergic to any food?")).toBe(facts[0]);
      expect(await first("When is the invoice due?")).toBe(facts[1]);
      expect(await first("Which leg of the dog was operated on?")).toBe(facts[2]);
    });

    it("ranks by score, and keeps score and similarity inside their ranges", async () => {
      const namespace = await remember(facts);
      const { results } = await memory().query({ namespace, query: facts[3] ?? "", mode: "fuzzy", k: 100 });
      const scores = results.map((hit) => hit.score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      for (const { score, similarity } of results) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(similarity).toBeGreaterThanOrEqual(-1);
        expect(similarity).toBeLessThanOrEqual(1);
      }
    });

    it("finds the one passage of a long text that answers, word for word as it stands there", async () => {
      const namespace = freshNamespace();
      const answer = "The password of the observatory is heliotrope.";
      const content = `${longText(36_000)}\n\n${answer}\n\n${longText(12_000, "Entry")}`;
      const { id, chunks } = await memory().save({ namespace, content });
      const { results } = await memory().query({ namespace, query: "observatory password heliotrope", k: 100 });
      expect(results[0]?.content).toContain("heliotrope");
      expect(results[0]?.chunk.index).toBeGreaterThan(0);
      for (const hit of results) {
        expect(hit.id).toBe(id);
        expect(content).toContain(hit.content);
        expect(hit.content.length).toBeLessThan(content.length);
        expect(hit.chunk.count).toBe(chunks);
        expect(hit.chunk.index).toBeLessThan(chunks);
      }
      const indexes = results.map((hit) => hit.chunk.index);
      expect(new Set(indexes).size).toBe(indexes.length);
    });

    it("answers from its namespace only", async () => {
      const mine = await remember(["My favourite colour is teal."]);
      await remember(["My favourite colour is crimson."]);
      const { results } = await memory().query({ namespace: mine, query: "favourite colour", k: 100 });
      expect(results.map((hit) => hit.content)).toEqual(["My favourite colour is teal."]);
    });

    it("refuses a namespace that nothing was ever saved in", async () => {
      await expectNotFound(memory().query({ namespace: freshNamespace(), query: "Anything?" }), "namespace");
    });

    it("gives no results in a namespace that is empty by now", async () => {
      const namespace = freshNamespace();
      const { id } = await memory().save({ namespace, content: "Soon gone." });
      await memory().delete({ namespace, ids: [id] });
      expect(await memory().query({ namespace, query: "Soon gone." })).toEqual({ results: [], dropped: 0 });
    });

    it("takes operators of full-text search and SQL as plain text", async () => {
      const namespace = await remember(["Plain words about sailing boats."]);
      const texts = [
        "sailing & | ! <-> :* (",
        '"sailing boats',
        "-sailing OR",
        "'; drop table memories; --",
        "100% _ \\ sailing",
        "$1 $2 ? {}",
      ];
      for (const query of texts) {
        const { results } = await memory().query({ namespace, query, mode: "fuzzy" });
        if (query.includes("sailing")) expect(results).toHaveLength(1);
        else expect(results.length).toBeLessThanOrEqual(1);
      }
      expect((await memory().list({ namespace })).memories).toHaveLength(1);
    });

    it("copes with texts that hold no word at all", async () => {
      const namespace = await remember(["🎉🎉🎉", "???", "…", "A text with words."]);
      for (const query of ["🎉🎉🎉", "???", "\u200b", "…", "words"]) {
        const { results } = await memory().query({ namespace, query, mode: "fuzzy", k: 100 });
        for (const { score, similarity } of results) {
          expect(Number.isFinite(score)).toBe(true);
          expect(Number.isFinite(similarity)).toBe(true);
        }
      }
      const { results } = await memory().query({ namespace, query: "text with words" });
      expect(results[0]?.content).toBe("A text with words.");
    });
  });
}
