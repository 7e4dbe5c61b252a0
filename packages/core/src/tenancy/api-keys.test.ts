import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredApiKey } from "../store/store.js";
import { createApiKeys, type ApiKeys } from "./api-keys.js";

/** Keys over a store in memory, whose keys can be taken away, and a clock that is set. */
async function open() {
  const stored = new Map<string, StoredApiKey>();
  const clock = { now: 0, lookupMs: 0 };
  let lookups = 0;
  const store = {
    addApiKey: async (key: StoredApiKey) => void stored.set(key.id, key),
    findApiKey: async (id: string) => {
      lookups += 1;
      const found = stored.get(id) ?? null;
      clock.now += clock.lookupMs;
      return found;
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

  it("gives what was true at some moment of the last second", async () => {
    const step = fc.record({
      afterMs: fc.nat({ max: 1_500 }),
      which: fc.constantFrom(0, 1),
      changes: fc.boolean(),
      lookupMs: fc.nat({ max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { keys, stored, clock } = await open();
        const made = [0, 1].map(() => keys.create({ projectId: "0", name: "test" }));
        const created = await Promise.all(made);
        const changedAt = [0];
        for (const { afterMs, which, changes, lookupMs } of steps) {
          clock.now += afterMs;
          clock.lookupMs = lookupMs;
          if (changes) {
            const projectId = String(changedAt.push(clock.now) - 1);
            for (const [id, key] of stored) stored.set(id, { ...key, projectId });
          }
          const askedAt = clock.now;
          const { projectId } = await keys.verify(created[which]!.key);
          // Whatever replaced the given answer did so less than a second before.
          expect(askedAt - (changedAt[Number(projectId) + 1] ?? Infinity)).toBeLessThan(1_000);
        }
      }),
    );
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
