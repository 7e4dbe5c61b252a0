import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coversGlob, matchesGlob } from "./namespace-globs.js";

const piece = fc.constantFrom("a", "b", ":", ".", "(");
const name = fc.string({ unit: piece, maxLength: 8 });
const glob = fc.string({ unit: fc.constantFrom("a", "b", ":", ".", "(", "*"), maxLength: 8 });

describe("a namespace glob", () => {
  it("matches as the regular expression does in which its stars are .*", () => {
    fc.assert(
      fc.property(glob, name, (pattern, text) => {
        const escaped = pattern.replaceAll(/[.(]/g, String.raw`\$&`).replaceAll("*", ".*");
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${escaped}$`).test(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it("covers another only if it matches whatever the other matches", () => {
    fc.assert(
      fc.property(glob, glob, name, (outer, inner, text) => {
        if (coversGlob([outer], inner) && matchesGlob(inner, text)) expect(matchesGlob(outer, text)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ["*", "user:*", true],
    ["user:*", "user:1", true],
    ["user:*", "user:1:*", true],
    ["user:1", "user:*", false],
    ["user:*", "*", false],
  ])("%s covers %s: %s", (outer, inner, expected) => {
    expect(coversGlob([outer], inner)).toBe(expected);
  });
});
