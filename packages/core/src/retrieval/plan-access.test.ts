import { describe, expect, it } from "vitest";
import { planAccess, searchBreadth, type PlanFacts } from "./plan-access.js";

const large: PlanFacts = { passages: 100_000, deferred: 0, isIndexed: true, selectivity: 1 };

describe("searchBreadth", () => {
  it("grows with the namespace, up to what pgvector takes", () => {
    expect([1, 10_000, 100_000, 10_000_000].map(searchBreadth)).toEqual([120, 200, 632, 1_000]);
  });
});

describe("planAccess", () => {
  it.each([
    ["a small namespace", { passages: 5_000 }, { vector: "exact", text: "exact" }],
    ["a large one", {}, { vector: "index", text: "index" }],
    ["a large one whose filters keep few", { selectivity: 0.02 }, { vector: "exact", text: "exact" }],
    ["a large one whose filters keep many", { selectivity: 0.03 }, { vector: "index", text: "index" }],
    ["a large one whose filters keep nothing", { selectivity: 0 }, { vector: "exact", text: "exact" }],
    ["a large one without its index", { isIndexed: false }, { vector: "exact", text: "index" }],
    ["a large one whose index lacks many", { deferred: 5_001 }, { vector: "exact", text: "index" }],
    ["a large one whose index lacks some", { deferred: 5_000 }, { vector: "index", text: "index" }],
  ] as const)("reads %s rightly", (_, facts, plan) => {
    expect(planAccess({ ...large, ...facts })).toEqual(plan);
  });
});
