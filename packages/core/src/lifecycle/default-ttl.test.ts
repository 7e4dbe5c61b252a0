import { describe, expect, it } from "vitest";
import { createDefaultTtl } from "./default-ttl.js";

describe("the default time to live", () => {
  it("is that of the first pattern that matches, else that of the store", () => {
    const ttl = createDefaultTtl({ "session:*": 60, "session:kept:*": 120, "*:cache": 5, user: null }, 1_000);
    expect(ttl("session:1")).toBe(60);
    expect(ttl("session:kept:1")).toBe(60);
    expect(ttl("session:")).toBe(60);
    expect(ttl("eu:cache")).toBe(5);
    expect(ttl("user")).toBeNull();
    expect(ttl("users")).toBe(1_000);
    expect(ttl("a session:1")).toBe(1_000);
  });

  it.each([
    ["*", "anything", true],
    ["a*c", "abc", true],
    ["a*c", "ac", true],
    ["a*c", "abcd", false],
    ["a*a", "a", false],
    ["*b*", "abc", true],
    ["*b*", "ac", false],
    ["a*b*b", "ab", false],
    ["a*b*b", "abb", true],
    ["a*bc*c", "abcc", true],
    ["a**c", "abc", true],
    ["a.c", "abc", false],
    ["[a-z]", "a", false],
    ["a?", "ab", false],
  ])("the pattern %s and the namespace %s match: %s", (pattern, namespace, isMatch) => {
    expect(createDefaultTtl({ [pattern]: 1 }, null)(namespace)).toBe(isMatch ? 1 : null);
  });

  it("is found at once however many stars a pattern has and however long the namespace is", () => {
    const pattern = `${"a*".repeat(40)}b`;
    expect(createDefaultTtl({ [pattern]: 1 }, null)("a".repeat(256))).toBeNull();
  });
});
