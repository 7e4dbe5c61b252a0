import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthShare, passageTerms } from "./passage-terms.js";
import { termKeyer, termKeys } from "./term-key.js";
import { textQuery, type TermStatistics } from "./text-query.js";

const keyOf = termKeyer("default", "notes");

/** Statistics of a namespace where the terms have these frequencies. */
function statistics(passages: number, frequencies: Record<string, number>): TermStatistics {
  const byKey = new Map(Object.entries(frequencies).map(([term, frequency]) => [keyOf(term), frequency]));
  return { passages, averageLength: 10, frequencyOf: (key) => byKey.get(key) ?? 0 };
}

/** What the database computes. */
function score(passage: readonly string[], query: ReturnType<typeof textQuery>): number {
  const { weights, length } = passageTerms(passage, keyOf);
  const byKey = new Map(weights);
  const product = query.terms.reduce((sum, [key, weight]) => sum + weight * (byKey.get(key) ?? 0), 0);
  return product / (1 - lengthShare + (lengthShare * length) / query.averageLength);
}

describe("the text score", () => {
  const common = statistics(1_000, { dog: 400, kayak: 2 });
  const ask = (...terms: string[]) => textQuery(terms, { keyOf, statistics: common, kind: "exact" });

  it("counts rare terms more than common ones", () => {
    expect(score(["kayak"], ask("dog", "kayak"))).toBeGreaterThan(4 * score(["dog"], ask("dog", "kayak")));
  });

  it("grows with a term's occurrences, ever more slowly, and counts less in long passages", () => {
    const [once, twice, often] = [1, 2, 200].map((times) => score(Array<string>(times).fill("kayak"), ask("kayak")));
    expect(twice).toBeGreaterThan(once!);
    expect(twice! - once!).toBeLessThan(once!);
    expect(often).toBeLessThan(twice!);
    expect(score(["kayak", ...Array<string>(100).fill("x")], ask("kayak"))).toBeLessThan(once!);
  });

  it("is the full score for a passage of average length with every term once", () => {
    const passage = ["dog", "kayak", ...Array<string>(8).fill("x")];
    expect(score(passage, ask("kayak", "dog"))).toBeCloseTo(ask("kayak", "dog").fullScore, 6);
  });

  it("reaches the full score with half of the pairs of characters, for a passage has other words beside each", () => {
    const query = ask("北海", "海道", "道旅", "旅行");
    expect(score(["北海", "海道", ...Array<string>(8).fill("x")], query)).toBeCloseTo(query.fullScore, 6);
  });

  it("counts a term as often as the query has it", () => {
    expect(score(["kayak"], ask("kayak", "kayak"))).toBeCloseTo(2 * score(["kayak"], ask("kayak")), 6);
  });

  it("is BM25 for terms that occur once, whatever the lengths", () => {
    const [k1, b] = [0.8, 0.56];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), (others) => {
        const length = others + 1;
        const idf = ask("kayak").terms[0]![1];
        const bm25 = idf / (1 + k1 * (1 - b + (b * length) / 10));
        expect(score(["kayak", ...Array<string>(others).fill("x")], ask("kayak"))).toBeCloseTo(bm25, 6);
      }),
    );
  });

  it("is of nothing for a query without terms", () => {
    expect(ask()).toMatchObject({ terms: [], fullScore: 0 });
  });
});

describe("what the index of terms is asked for", () => {
  const access = (frequencies: Record<string, number>) =>
    textQuery(Object.keys(frequencies), { keyOf, statistics: statistics(100_000, frequencies), kind: "index" }).access;

  it("is every term while they are rare together", () => {
    expect(access({ a: 5, b: 900, c: 800 })).toEqual({ kind: "index", anyOf: ["a", "c", "b"].map(keyOf), allOf: [] });
  });

  it("leaves common terms to the score of what the rare ones bring", () => {
    expect(access({ a: 1_500, b: 30_000 })).toEqual({ kind: "index", anyOf: [keyOf("a")], allOf: [] });
  });

  it("is pairs of terms, rarest first, where every term is common", () => {
    expect(access({ a: 9_000, b: 5_000, c: 60_000 })).toEqual({
      kind: "index",
      anyOf: [],
      allOf: [["b", "a"].map(keyOf)],
    });
  });

  it("is the rarest term at the least", () => {
    expect(access({ a: 50_000 })).toEqual({ kind: "index", anyOf: [keyOf("a")], allOf: [] });
  });

  it("takes an unknown term for a rare one", () => {
    expect(access({ a: 0 })).toEqual({ kind: "index", anyOf: [keyOf("a")], allOf: [] });
  });
});

describe("a term's key", () => {
  it("is a dimension of the sparse vectors", () => {
    fc.assert(
      fc.property(fc.string(), (term) => {
        const key = keyOf(term);
        expect(Number.isInteger(key) && key >= 1 && key <= termKeys).toBe(true);
      }),
    );
  });

  it("differs from namespace to namespace and from project to project", () => {
    const keys = [keyOf, termKeyer("default", "other"), termKeyer("acme", "notes")].map((key) => key("dog"));
    expect(new Set(keys).size).toBe(3);
  });

  it("hardly ever is another term's", () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => keyOf(`term${index}`));
    expect(new Set(keys).size).toBeGreaterThan(99_980);
  });
});
