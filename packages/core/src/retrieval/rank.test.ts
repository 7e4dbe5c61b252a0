import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveProfile, type ResolvedProfile } from "./profiles.js";
import { rank, type Rankable } from "./rank.js";

const day = 86_400;

function candidate(name: string, scores: Partial<Rankable> = {}): Rankable & { name: string } {
  return { name, similarity: 0.5, textScore: 0, ageSeconds: 0, ...scores };
}

function profile(changes: Partial<ResolvedProfile> = {}): ResolvedProfile {
  return { name: "test", k: 10, vectorWeight: 0.5, minSimilarity: -1, recency: null, ...changes };
}

function namesOf(candidates: readonly { name: string }[]): string[] {
  return candidates.map(({ name }) => name);
}

describe("rank", () => {
  it("gives nothing for no candidates", () => {
    expect(rank([], profile())).toEqual([]);
  });

  it("puts a passage that is good by both measures before those good by one", () => {
    const ranked = rank(
      [
        candidate("meaning", { similarity: 0.9, textScore: 0 }),
        candidate("both", { similarity: 0.8, textScore: 0.9 }),
        candidate("words", { similarity: 0.1, textScore: 1 }),
      ],
      profile(),
    );
    expect(namesOf(ranked)[0]).toBe("both");
  });

  it("leaves the ranking to similarity when no passage shares a word with the query", () => {
    const ranked = rank([candidate("far", { similarity: 0.2 }), candidate("near", { similarity: 0.6 })], profile());
    expect(ranked.map(({ name, score }) => [name, score])).toEqual([
      ["near", 1],
      ["far", 0],
    ]);
  });

  it("drops what is neither similar enough nor shares a word", () => {
    const ranked = rank(
      [
        candidate("noise", { similarity: 0.1 }),
        candidate("word", { similarity: 0.1, textScore: 0.3 }),
        candidate("similar", { similarity: 0.5 }),
      ],
      profile({ minSimilarity: 0.3 }),
    );
    expect(namesOf(ranked).toSorted()).toEqual(["similar", "word"]);
  });

  it("prefers the newer of two equally relevant passages when recency counts", () => {
    const recency = { weight: 0.3, halfLifeDays: 7 };
    const ranked = rank(
      [candidate("old", { ageSeconds: 7 * day }), candidate("new", { ageSeconds: 0 })],
      profile({ recency }),
    );
    expect(namesOf(ranked)).toEqual(["new", "old"]);
    expect(ranked[0]!.score - ranked[1]!.score).toBeCloseTo(0.15);
  });

  it("keeps scores in 0..1, falling, and at most k of them, for any candidates", () => {
    const anyCandidate = fc.record({
      similarity: fc.double({ min: -1, max: 1, noNaN: true }),
      textScore: fc.double({ min: 0, max: 50, noNaN: true }),
      ageSeconds: fc.double({ min: -1, max: 1e9, noNaN: true }),
    });
    const anyProfile = fc.record({
      name: fc.constant("any"),
      k: fc.integer({ min: 1, max: 100 }),
      vectorWeight: fc.double({ min: 0, max: 1, noNaN: true }),
      minSimilarity: fc.double({ min: -1, max: 1, noNaN: true }),
      recency: fc.option(
        fc.record({
          weight: fc.double({ min: 0, max: 1, noNaN: true }),
          halfLifeDays: fc.integer({ min: 1, max: 900 }),
        }),
      ),
    });
    fc.assert(
      fc.property(fc.array(anyCandidate, { maxLength: 120 }), anyProfile, (candidates, settings) => {
        const scores = rank(candidates, settings).map(({ score }) => score);
        expect(scores.length).toBeLessThanOrEqual(settings.k);
        expect(scores.every((score) => score >= 0 && score <= 1 + 1e-9)).toBe(true);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      }),
    );
  });
});

describe("resolveProfile", () => {
  it("knows the modes by name and takes the embedder's noise level where a profile names none", () => {
    expect(resolveProfile("strict", { noiseSimilarity: 0.2 })).toMatchObject({
      name: "strict",
      k: 10,
      minSimilarity: 0.2,
    });
    expect(resolveProfile("fuzzy", { noiseSimilarity: 0.2 })).toMatchObject({
      name: "fuzzy",
      k: 20,
      minSimilarity: -1,
    });
    expect(resolveProfile("recency", { noiseSimilarity: 0.2 }).recency).toEqual({ weight: 0.3, halfLifeDays: 7 });
  });

  it("fills in what a profile of the user's leaves out, and lets k override it", () => {
    expect(resolveProfile({ k: 3 }, { noiseSimilarity: 0 })).toMatchObject({ name: "custom", k: 3, vectorWeight: 0.5 });
    expect(resolveProfile({ k: 3, name: "mine" }, { k: 7, noiseSimilarity: 0 })).toMatchObject({ name: "mine", k: 7 });
  });
});
