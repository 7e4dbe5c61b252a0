import { describe, expect, it } from "vitest";
import type { StoredApiKey } from "../store/store.js";
import { createApiKeys, type ApiKeys } from "./api-keys.js";

/** Keys over a store in memory, whose keys can be taken away, and a clock that is set. */
async function open() {
  const stored = new Map<string, StoredApiKey>();
  const clock = { now: 0 };
  let lookups = 0;
  const store = {
    addApiKey: async (key: StoredApiKey) => void stored.set(key.id, key),
    findApiKey: async (id: string) => {
      lookups += 1;
      return stored.get(id) ?? null;
    },
    countApiKeys: async () => stored.size,
    setting: async (_name: string, initial: string) => initial,
  };
  const keys: ApiKeys = await createApiKeys(store, { now: () => clock.now });
  return { keys, stored, clock, lookups: () => lookups };
}

describe("verify", () => {
  it("looks a key up once a second", async () => {
    const { keys, clock, lookups } = await open();
    const { key } = await keys.create({ projectId: "acme", name: "test" });
    for (const now of [0, 1, 999]) {
      clock.now = now;
      expect(await keys.verify(key)).toEqual({ projectId: "acme" });
    }
    expect(lookups()).toBe(1);
  });

  it("refuses a key within a second of its end", async () => {
    const { keys, stored, clock } = await open();
    const { id, key } = await keys.create({ projectId: "acme", name: "test" });
    await keys.verify(key);
    stored.delete(id);
    clock.now = 1_000;
    await expect(keys.verify(key)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("remembers no refusal", async () => {
    const { keys, stored } = await open();
    const { id, key } = await keys.create({ projectId: "acme", name: "test" });
    const known = stored.get(id)!;
    stored.clear();
    await expect(keys.verify(key)).rejects.toMatchObject({ code: "forbidden" });
    stored.set(id, known);
    expect(await keys.verify(key)).toEqual({ projectId: "acme" });
  });
});
