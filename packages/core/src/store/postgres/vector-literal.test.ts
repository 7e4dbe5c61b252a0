import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  directionLiteral,
  parseSparseKeys,
  parseVector,
  sparseVectorLiteral,
  vectorLiteral,
} from "./vector-literal.js";

const component = fc.double({ min: -1, max: 1, noNaN: true });
const anyVector = fc
  .array(component, { minLength: 1, maxLength: 300 })
  .filter((values) => values.some((value) => Math.abs(value) > 1e-3))
  .map((values) => {
    const norm = Math.hypot(...values);
    return Float32Array.from(values, (value) => value / norm);
  });

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
}

describe("a vector's literal", () => {
  it("says the same as the vector", () => {
    fc.assert(
      fc.property(anyVector, (vector) => {
        expect(cosine(parseVector(vectorLiteral(vector)), vector)).toBeCloseTo(1, 6);
      }),
    );
  });

  it.each(["vector", "halfvec"] as const)("has the same direction when only that counts (%s)", (type) => {
    fc.assert(
      fc.property(anyVector, (vector) => {
        const parsed = parseVector(directionLiteral(vector, type));
        expect(cosine(parsed, vector)).toBeCloseTo(1, 6);
        expect(Math.max(...parsed.map(Math.abs))).toBeLessThanOrEqual(type === "halfvec" ? 65_504 : 2 ** 24);
      }),
    );
  });

  it("of a sparse vector keeps its keys", () => {
    const sparse = [
      [1, 0.5],
      [999_999_999, 0.25],
    ] as const;
    expect(parseSparseKeys(sparseVectorLiteral(sparse))).toEqual([1, 999_999_999]);
    expect(parseSparseKeys(sparseVectorLiteral([]))).toEqual([]);
  });
});
