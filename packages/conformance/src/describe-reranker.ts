import type { Reranker } from "@persisto/contract";
import { beforeAll, describe, expect, it } from "vitest";

const query = "Where does the user work?";
const relevant = "The user works in the harbour office, where the work begins at nine.";
const passages = [
  "Tomato soup tastes best on the second day.",
  relevant,
  "Das Treffen ist am Dienstag um neun.",
  "東京で会いましょう。",
  "A family: 👩‍👩‍👧‍👦",
  "x",
];

/** Share of the spread of all scores that two answers for one passage may differ by: remote models are not exact. */
const tolerance = 0.02;

/** Registers the vitest suite that every implementation of Reranker passes. */
export function describeReranker(name: string, open: () => Promise<Reranker>): void {
  describe(`Reranker: ${name}`, { timeout: 60_000 }, () => {
    let opened: Reranker | undefined;

    beforeAll(async () => {
      opened = await open();
    }, 120_000);

    function reranker(): Reranker {
      if (opened === undefined) throw new Error("The reranker is open only while tests and hooks run.");
      return opened;
    }

    const rerank = (batch: readonly string[], text = query) => reranker().rerank(text, batch, {});

    function expectSame(scores: readonly number[], expected: readonly number[]): void {
      expect(scores).toHaveLength(expected.length);
      const spread = Math.max(...expected) - Math.min(...expected);
      for (const [index, score] of scores.entries()) {
        expect(Math.abs(score - (expected[index] ?? Number.NaN))).toBeLessThanOrEqual(spread * tolerance);
      }
    }

    function expectScores(scores: readonly number[], count: number): void {
      expect(scores).toHaveLength(count);
      expect(scores.every((score) => Number.isFinite(score))).toBe(true);
    }

    it("names its model and its size", () => {
      expect(reranker().id).toMatch(/\S/);
      const size = reranker().maxBatch ?? 128;
      expect(Number.isInteger(size) && size > 0).toBe(true);
    });

    it("gives one finite score per passage, in any language", async () => {
      expectScores(await rerank(passages), passages.length);
      expectScores(await rerank(passages, "東京はどこですか? 👋"), passages.length);
    });

    it("gives nothing for no passages", async () => {
      expect(await rerank([])).toEqual([]);
    });

    it("scores a passage that answers above one that has nothing to do with the query", async () => {
      const [unrelated, answer] = await rerank(passages);
      expect(answer).toBeGreaterThan(unrelated ?? Number.NaN);
    });

    it("keeps the order of the passages", async () => {
      const scores = await rerank(passages);
      expectSame((await rerank(passages.toReversed())).toReversed(), scores);
    });

    it("gives the same scores for the same passages every time, and for each copy of a passage", async () => {
      const scores = await rerank(passages);
      expectSame(await rerank(passages), scores);
      const copies = [...passages, relevant];
      expectSame(await rerank(copies), [...scores, scores[passages.indexOf(relevant)] ?? Number.NaN]);
    });

    it("takes a batch of the greatest size", async () => {
      const batch = Array.from({ length: reranker().maxBatch ?? 128 }, (_, index) => `Entry ${index}.`);
      expectScores(await rerank(batch), batch.length);
    });

    it("takes long passages and a long query", async () => {
      const long = "The user moved to another town and told nobody about it. ".repeat(300);
      expectScores(await rerank([relevant, long]), 2);
      expectScores(await rerank([relevant], long), 1);
    });

    it("serves several calls at once without mixing them up", async () => {
      const scores = await rerank(passages);
      const both = await Promise.all([rerank(passages), rerank(passages.toReversed())]);
      expectSame(both[0], scores);
      expectSame(both[1].toReversed(), scores);
    });

    it("leaves the list it is given alone", async () => {
      const batch = Object.freeze([...passages]);
      await rerank(batch);
      expect(batch).toEqual(passages);
    });

    it("does not start when the signal is aborted already", async () => {
      await expect(reranker().rerank(query, passages, { signal: AbortSignal.abort() })).rejects.toThrow();
    });
  });
}
