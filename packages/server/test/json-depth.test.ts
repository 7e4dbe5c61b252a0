import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDeeperThan } from "../src/json-depth.js";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("isDeeperThan", () => {
  test("agrees with the parsed value on any JSON", () => {
    const texts = fc
      .oneof(fc.jsonValue({ maxDepth: 6 }), fc.array(fc.string({ unit: "binary" })))
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(texts, (text) => {
        const depth = depthOf(JSON.parse(text));
        expect(isDeeperThan(depth, Buffer.from(text))).toBe(false);
        if (depth > 0) expect(isDeeperThan(depth - 1, Buffer.from(text))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['["\\""]', 1],
    ['["\\\\",[]]', 2],
    ['["\\\\\\"[["]', 1],
    ['{"[{":"]}"}', 1],
    ["[],[],[]", 1],
    ["", 0],
    ['"[[[', 0],
    ['[["', 2],
  ])("finds the depth of %s", (text, depth) => {
    expect(isDeeperThan(depth, Buffer.from(text))).toBe(false);
    if (depth > 0) expect(isDeeperThan(depth - 1, Buffer.from(text))).toBe(true);
  });

  test("takes 64 MiB of backslashes and quotes without trouble", () => {
    expect(isDeeperThan(1, Buffer.from(`["${'\\\\\\"'.repeat(16 * 1024 * 1024)}"]`))).toBe(false);
  });
});
