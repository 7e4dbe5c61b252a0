import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiKeyId, generateApiKey } from "./api-key-format.js";

describe("an API key", () => {
  it("carries its id, and is otherwise unlike any other", () => {
    const keys = Array.from({ length: 1_000 }, generateApiKey);
    for (const { id, key } of keys) expect(apiKeyId(key)).toBe(id);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(keys.length);
  });

  it("is refused with any single character changed", () => {
    const { key } = generateApiKey();
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.constantFrom(..."09AZaz_-"), (index, character) => {
        const changed = key.slice(0, index) + character + key.slice(index + 1);
        if (changed !== key) expect(apiKeyId(changed)).toBeNull();
      }),
    );
  });

  it.each(["", "psto_live_", "psto_live_short_key", "sk-something", "psto_live_" + "a".repeat(62)])(
    "is not %j",
    (text) => {
      expect(apiKeyId(text)).toBeNull();
    },
  );
});
