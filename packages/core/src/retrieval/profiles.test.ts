import { describe, expect, it } from "vitest";
import { resolveProfile } from "./profiles.js";

describe("resolveProfile", () => {
  it("knows the modes by name", () => {
    expect(resolveProfile("strict")).toMatchObject({ name: "strict", k: 10, retrieval: "hybrid", minRelevance: 0.25 });
    expect(resolveProfile("fuzzy")).toMatchObject({ name: "fuzzy", k: 20, minRelevance: 0 });
    expect(resolveProfile("recency").recency).toEqual({ weight: 0.3, halfLifeDays: 7 });
  });

  it("fills in what a profile of the user's leaves out, and lets k override it", () => {
    expect(resolveProfile({ k: 3 })).toMatchObject({ name: "custom", k: 3, vectorWeight: 0.6, groupBy: "passage" });
    expect(resolveProfile({ k: 3, name: "mine" }, { k: 7 })).toMatchObject({ name: "mine", k: 7 });
  });

  it("has no threshold of its own beside a similarity, nor for words alone", () => {
    expect(resolveProfile({ minSimilarity: -1 }).minRelevance).toBe(0);
    expect(resolveProfile({ retrieval: "text" }).minRelevance).toBe(0);
    expect(resolveProfile({ retrieval: "vector" }).minRelevance).toBe(0.25);
    expect(resolveProfile({ minSimilarity: 0.3, minRelevance: 0.4 }).minRelevance).toBe(0.4);
  });
});
