import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateApiKey, readApiKey } from "./api-key-format.js";

describe("an API key", () => {
  it("carries its id, and is otherwise unlike any other", () => {
    const keys = Array.from({ length: 1_000 }, () => generateApiKey("live"));
    for (const { id, key } of keys) expect(readApiKey(key)).toEqual({ kind: "live", id });
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(keys.length);
  });

  it("is refused with any single character changed", () => {
    const { key } = generateApiKey("test");
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.constantFrom(..."09AZaz_-"), (index, character) => {
        const changed = key.slice(0, index) + character + key.slice(index + 1);
        if (changed !== key) expect(readApiKey(changed)).toBeNull();
      }),
    );
  });

  it.each(["", "psto_live_", "psto_live_short_key", "sk-something", "psto_live_" + "a".repeat(62)])(
    "is not %j",
    (text) => {
      expect(readApiKey(text)).toBeNull();
    },
  );
});
