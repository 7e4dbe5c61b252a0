import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveProfile, type ResolvedProfile } from "./profiles.js";
import { rank, type Rankable } from "./rank.js";
import type { QueryFacts } from "./relevance.js";

const day = 86_400;
const facts: QueryFacts = { textCeiling: 1, calibration: { noiseSimilarity: 0.1, matchSimilarity: 0.5 } };

/** A memory of one passage, whose neighbours are unknown. */
function candidate(id: string, scores: Partial<Rankable> = {}): Rankable {
  return {
    id,
    sequence: id,
    previousSequence: null,
    similarity: 0.5,
    background: 0,
    textScore: 0,
    ageSeconds: 0,
    vector: null,
    ...scores,
  };
}

function profile(changes: Partial<ResolvedProfile> = {}): ResolvedProfile {
  return { ...resolveProfile({ minRelevance: 0 }), ...changes };
}

function idsOf(candidates: readonly Rankable[], changes: Partial<ResolvedProfile> = {}): string[] {
  return rank(candidates, profile(changes), facts).hits.map(({ candidate: { id } }) => id);
}

describe("rank", () => {
  it("gives nothing for no candidates", () => {
    expect(rank([], profile(), facts)).toEqual({ hits: [], dropped: 0 });
  });

  it("puts a passage that is good by both measures before those good by one", () => {
    const candidates = [
      candidate("meaning", { similarity: 0.9 }),
      candidate("both", { similarity: 0.8, textScore: 0.9 }),
      candidate("words", { similarity: 0.1, textScore: 1 }),
    ];
    expect(idsOf(candidates)[0]).toBe("both");
    expect(idsOf(candidates, { vectorWeight: 0 })[0]).toBe("words");
    expect(idsOf(candidates, { vectorWeight: 1 })[0]).toBe("meaning");
  });

  it("leaves the ranking to similarity when no passage shares a word with the query", () => {
    const { hits } = rank(
      [candidate("far", { similarity: 0.2 }), candidate("near", { similarity: 0.6 })],
      profile(),
      facts,
    );
    expect(hits.map(({ candidate: { id }, score }) => [id, score])).toEqual([
      ["near", 1],
      ["far", 0],
    ]);
  });

  it("leaves the ranking to words when the embedder finds everything alike", () => {
    const candidates = [
      candidate("alike", { similarity: 0.9, textScore: 0.6 }),
      candidate("words", { similarity: 0.88, textScore: 0.8 }),
    ];
    expect(idsOf(candidates)).toEqual(["words", "alike"]);
  });

  it("counts half of the best one's words for less than half of them", () => {
    const candidates = [candidate("all", { textScore: 1 }), candidate("half", { textScore: 0.5 })];
    const [all, half] = rank(candidates, profile(), facts).hits.map(({ parts }) => parts.text);
    expect(half).toBeLessThan(all! / 2);
    expect(half).toBeGreaterThan(all! / 3);
  });

  it("prefers what stands out to what is like everything else", () => {
    const candidates = [
      candidate("typical", { similarity: 0.55, background: 0.5 }),
      candidate("distinct", { similarity: 0.5, background: 0.1 }),
    ];
    expect(idsOf(candidates)).toEqual(["distinct", "typical"]);
  });

  it("lifts the neighbours of a good passage, but none above it", () => {
    const candidates = [
      candidate("1", { similarity: 0.3 }),
      candidate("2", { similarity: 0.4 }),
      candidate("8", { similarity: 0.3, previousSequence: "7" }),
      candidate("9", { similarity: 0.9, previousSequence: "8" }),
      candidate("10", { similarity: 0.2, previousSequence: "9" }),
    ];
    expect(idsOf(candidates)).toEqual(["9", "8", "10", "2", "1"]);
  });

  it("gives the best passage of each memory, or all of them by passage", () => {
    const candidates = [
      candidate("long", { similarity: 0.6 }),
      candidate("long", { similarity: 0.8 }),
      candidate("short", { similarity: 0.5 }),
    ];
    expect(idsOf(candidates, { groupBy: "memory" })).toEqual(["long", "short"]);
    expect(idsOf(candidates, { groupBy: "passage" })).toEqual(["long", "long", "short"]);
    expect(rank(candidates, profile(), facts).hits[0]!.candidate.similarity).toBe(0.8);
  });

  it("prefers the newer of two equally relevant passages when recency counts", () => {
    const recency = { weight: 0.3, halfLifeDays: 7 };
    const { hits } = rank([candidate("old", { ageSeconds: 7 * day }), candidate("new")], profile({ recency }), facts);
    expect(hits.map(({ candidate: { id } }) => id)).toEqual(["new", "old"]);
    expect(hits[0]!.score - hits[1]!.score).toBeCloseTo(0.15);
    expect(hits[0]!.parts.recency).toBeCloseTo(0.3);
  });

  it("puts something else before the second of two passages that say the same", () => {
    const same = Float32Array.of(1, 0);
    const candidates = [
      candidate("first", { similarity: 0.8, vector: same }),
      candidate("again", { similarity: 0.7, vector: same }),
      candidate("other", { similarity: 0.6, vector: Float32Array.of(0, 1) }),
      candidate("weak", { similarity: 0.1, vector: Float32Array.of(0, -1) }),
    ];
    expect(idsOf(candidates)).toEqual(["first", "again", "other", "weak"]);
    expect(idsOf(candidates, { diversity: 0.5, k: 2 })).toEqual(["first", "other"]);
  });
});

describe("thresholds", () => {
  it("keeps what is similar, has the words, or has enough of both, and counts what it drops", () => {
    const candidates = [
      candidate("similar", { similarity: 0.4 }),
      candidate("words", { similarity: 0, textScore: 0.6 }),
      candidate("both", { similarity: 0.2, textScore: 0.3 }),
      candidate("neither", { similarity: 0.15, textScore: 0.1 }),
    ];
    const { hits, dropped } = rank(candidates, resolveProfile("strict"), facts);
    expect(hits.map(({ candidate: { id } }) => id).toSorted()).toEqual(["both", "similar", "words"]);
    expect(dropped).toBe(1);
    expect(rank(candidates, resolveProfile("fuzzy"), facts)).toMatchObject({ dropped: 0 });
  });

  it("mean the same for an embedder whose similarities crowd between 0.8 and 0.9", () => {
    const crowded = { textCeiling: 1, calibration: { noiseSimilarity: 0.8, matchSimilarity: 0.9 } };
    const anyCandidates = fc.array(
      fc.record({
        similarity: fc.double({ min: 0, max: 0.6, noNaN: true }),
        textScore: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(anyCandidates, (measures) => {
        const spread = measures.map((measured, index) => candidate(String(index), measured));
        const crowd = spread.map((one) => ({ ...one, similarity: 0.8 + (one.similarity - 0.1) / 4 }));
        const relevances = (ranking: ReturnType<typeof rank>): number[] =>
          ranking.hits.map(({ relevance }) => relevance).toSorted((a, b) => a - b);
        const all = profile({ k: 100 });
        const expected = relevances(rank(spread, all, facts));
        relevances(rank(crowd, all, crowded)).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!));
      }),
    );
  });

  it("go by what a passage is itself, not by its neighbours", () => {
    const candidates = [
      candidate("1", { similarity: 0.5, textScore: 1 }),
      candidate("2", { similarity: 0.1, previousSequence: "1" }),
    ];
    expect(rank(candidates, resolveProfile("strict"), facts).dropped).toBe(1);
  });

  it("by similarity spare what shares a word", () => {
    const candidates = [
      candidate("noise", { similarity: 0.1 }),
      candidate("word", { similarity: 0.1, textScore: 0.3 }),
      candidate("similar", { similarity: 0.5 }),
    ];
    expect(idsOf(candidates, { minSimilarity: 0.3 }).toSorted()).toEqual(["similar", "word"]);
    expect(idsOf(candidates, { minSimilarity: 0.3, retrieval: "vector" })).toEqual(["similar"]);
  });

  it("of text retrieval keep only what shares a word, ranked by words", () => {
    const candidates = [
      candidate("noise", { similarity: 0.9 }),
      candidate("one", { similarity: 0.1, textScore: 0.1 }),
      candidate("two", { similarity: 0, textScore: 0.2 }),
    ];
    expect(idsOf(candidates, { retrieval: "text" })).toEqual(["two", "one"]);
  });
});

describe("every ranking", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const cosine = fc.double({ min: -1, max: 1, noNaN: true });
  const sequence = fc.integer({ min: 1, max: 40 });
  const anyCandidate = fc
    .record({
      sequence,
      similarity: cosine,
      background: cosine,
      textScore: fc.double({ min: 0, max: 50, noNaN: true }),
      ageSeconds: fc.double({ min: -1, max: 1e9, noNaN: true }),
      vector: fc.option(fc.tuple(cosine, cosine).map((values) => Float32Array.from(values))),
    })
    .map((random): Rankable => ({
      ...random,
      id: String(random.sequence),
      sequence: String(random.sequence),
      previousSequence: String(random.sequence - 1),
    }));
  const anyProfile = fc
    .record({
      k: fc.integer({ min: 1, max: 100 }),
      retrieval: fc.constantFrom("hybrid", "vector", "text"),
      vectorWeight: share,
      minRelevance: share,
      minSimilarity: cosine,
      diversity: fc.option(share, { nil: undefined }),
      groupBy: fc.constantFrom("memory", "passage"),
      recency: fc.option(fc.record({ weight: share, halfLifeDays: fc.integer({ min: 1, max: 900 }) }), {
        nil: undefined,
      }),
    })
    .map((random) =>
      resolveProfile(Object.fromEntries(Object.entries(random).filter(([, value]) => value !== undefined))),
    );
  const anyFacts = fc
    .record({
      textCeiling: fc.double({ min: 0, max: 50, noNaN: true }),
      noise: cosine,
      range: fc.double({ min: 0.001, max: 1, noNaN: true }),
    })
    .map(({ textCeiling, noise, range }) => ({
      textCeiling,
      calibration: { noiseSimilarity: noise, matchSimilarity: noise + range },
    }));

  it("has scores in 0..1 that are the sum of their parts, at most k, falling without diversity, each candidate once", () => {
    fc.assert(
      fc.property(fc.array(anyCandidate, { maxLength: 120 }), anyProfile, anyFacts, (candidates, settings, known) => {
        const { hits, dropped } = rank(candidates, settings, known);
        const scores = hits.map(({ score }) => score);
        expect(hits.length).toBeLessThanOrEqual(Math.min(settings.k, candidates.length - dropped));
        for (const { score, parts, relevance } of hits) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(parts.vector + parts.text + parts.neighbours + parts.recency).toBeCloseTo(score);
          expect(relevance).toBeGreaterThanOrEqual(settings.minRelevance);
          expect(relevance).toBeLessThanOrEqual(1);
        }
        if (settings.diversity === 0) expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        if (settings.groupBy === "memory")
          expect(new Set(hits.map(({ candidate: { id } }) => id)).size).toBe(hits.length);
      }),
    );
  });

  it("is the same whatever order the candidates come in, and for text scores of any unit", () => {
    const distinct = fc.uniqueArray(anyCandidate, { maxLength: 60, selector: ({ similarity }) => similarity });
    fc.assert(
      fc.property(distinct, (candidates) => {
        const scores = (some: readonly Rankable[], textCeiling: number): number[] =>
          rank(some, profile({ k: 100 }), { ...facts, textCeiling }).hits.map(({ score }) => score);
        const expected = scores(candidates, 1);
        expect(scores(candidates.toReversed(), 1)).toEqual(expected);
        const doubled = candidates.map((one) => ({ ...one, textScore: 2 * one.textScore }));
        expect(scores(doubled, 2)).toEqual(expected);
      }),
    );
  });
});
