import { describe, expect, test } from "vitest";
import { nearest } from "../exact-neighbours.js";
import { Corpus, selectivities } from "./corpus.js";

const corpus = new Corpus({ rows: 1_000, seed: 1 });
const largest = corpus.namespaceOf(1_000);

describe("the corpus", () => {
  test("is the same for the same numbers, and another for another seed", () => {
    const [first] = corpus.rowsOf(largest);
    expect(new Corpus({ rows: 1_000, seed: 1 }).rowsOf(largest)[0]).toEqual(first);
    expect(new Corpus({ rows: 1_000, seed: 2 }).rowsOf(largest)[0]!.content).not.toBe(first!.content);
  });

  test("has no text twice, and texts of 50 to 100 words", () => {
    const texts = corpus.namespaces.flatMap((namespace) => corpus.rowsOf(namespace).map(({ content }) => content));
    expect(new Set(texts).size).toBe(corpus.size);
    const lengths = texts.map((text) => text.split(" ").length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100);
  });

  test("asks questions whose words are in the memory they come from", () => {
    for (const question of corpus.questionsOf(largest)) {
      const source = corpus.rowsOf(largest).find(({ id }) => id === question.source)!;
      const [, , , ...asked] = question.text.replace("?", "").split(" ");
      expect(asked.filter((word) => !source.content.toLowerCase().includes(word))).toEqual([]);
    }
  });

  test("has vectors of norm 1, by which a question is near the memory it comes from", () => {
    const rows = corpus.rowsOf(largest);
    expect(Math.hypot(...rows[0]!.vector)).toBeCloseTo(1);
    const questions = corpus.questionsOf(largest);
    const found = questions.filter(({ vector, source }) => nearest(rows, { vector, k: 10 }).includes(source));
    expect(found.length).toBeGreaterThan(0.9 * questions.length);
  });

  test("has the same rows whether they are kept or not", () => {
    const streamed = new Corpus({ rows: 1_000, seed: 1, keptRows: 100 });
    const batches = [...streamed.batchesOf(largest, 300)];
    expect(batches.map((batch) => batch.length)).toEqual([300, 300, 300, 100]);
    expect(batches.flat()).toEqual(corpus.rowsOf(largest));
    expect([...corpus.batchesOf(largest, 300)]).toEqual(batches);
    expect(() => streamed.rowsOf(largest)).toThrow("batches");
  });

  test("has filters that leave the shares they name", () => {
    const rows = corpus.rowsOf(largest);
    const left = selectivities.map(
      ({ filters }) =>
        rows.filter(({ metadata }) => Object.entries(filters).every(([name, value]) => metadata[name] === value))
          .length,
    );
    expect(left).toEqual(selectivities.map(({ share }) => share * largest.size));
  });
});
