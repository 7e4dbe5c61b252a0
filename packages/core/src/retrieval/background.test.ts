import { describe, expect, it } from "vitest";
import { backgroundOf, distinctiveSimilarity, withoutBackground } from "./background.js";

const mean = Float32Array.of(0.6, 0.2);

describe("background", () => {
  it("counts little in a namespace of few passages, and almost fully in one of many", () => {
    expect(backgroundOf(mean, { passages: 1 })[0]).toBeLessThan(0.02);
    expect(backgroundOf(mean, { passages: 50 })[0]).toBeCloseTo(0.3);
    expect(backgroundOf(mean, { passages: 100_000 })[0]).toBeCloseTo(0.6);
  });

  it("comes off a query as it comes off a similarity", () => {
    const query = Float32Array.of(0.8, 0.6);
    const passage = Float32Array.of(0, 1);
    const background = backgroundOf(mean, { passages: 500 });
    const product = (a: Float32Array, b: Float32Array): number => a[0]! * b[0]! + a[1]! * b[1]!;
    expect(product(withoutBackground(query, background), passage)).toBeCloseTo(
      distinctiveSimilarity({ similarity: product(query, passage), background: product(background, passage) }),
    );
  });
});
