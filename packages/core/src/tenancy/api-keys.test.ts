import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredApiKey } from "../store/access-store.js";
import { generateApiKey } from "./api-key-format.js";
import { createApiKeyVerifier } from "./api-keys.js";

/** A verifier over a store in memory, whose keys can be taken away, and a clock that is set. */
async function open() {
  const stored = new Map<string, StoredApiKey>();
  const clock = { now: 0, lookupMs: 0 };
  const uses: { id: string; ageMs: number }[] = [];
  let lookups = 0;
  const store = {
    findKey: async (id: string) => {
      lookups += 1;
      const found = stored.get(id) ?? null;
      clock.now += clock.lookupMs;
      return found;
    },
    findOperatorKey: async () => null,
    noteKeyUse: async (noted: readonly { id: string; ageMs: number }[]) => void uses.push(...noted),
    setting: async (_name: string, initial: string) => initial,
  };
  const keys = await createApiKeyVerifier(store, { now: () => clock.now });
  const create = (projectId: string): { id: string; key: string } => {
    const { id, key } = generateApiKey("live");
    const hash = keys.hashOf(key);
    stored.set(id, { id, projectId, hash, scopes: ["memories:read"], namespaces: ["*"], state: "active" });
    return { id, key };
  };
  return { keys, create, stored, clock, uses, lookups: () => lookups };
}

describe("verify", () => {
  it("looks a key up once a second", async () => {
    const { keys, create, clock, lookups } = await open();
    const { id, key } = create("acme");
    for (const now of [0, 1, 999]) {
      clock.now = now;
      expect(await keys.verify(key)).toEqual({
        actor: { kind: "key", id },
        projectId: "acme",
        scopes: ["memories:read"],
        namespaces: ["*"],
        filters: null,
      });
    }
    expect(lookups()).toBe(1);
  });

  it("refuses a key within a second of its end", async () => {
    const { keys, create, stored, clock } = await open();
    const { id, key } = create("acme");
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
        const { keys, create, stored, clock } = await open();
        const created = [create("0"), create("0")];
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
    const { keys, create, stored } = await open();
    const { id, key } = create("acme");
    const known = stored.get(id)!;
    stored.clear();
    await expect(keys.verify(key)).rejects.toMatchObject({ code: "forbidden" });
    stored.set(id, known);
    expect(await keys.verify(key)).toMatchObject({ projectId: "acme" });
  });

  it.each([
    ["revoked", "been revoked"],
    ["expired", "expired"],
  ] as const)("tells that a key has %s to whoever has its secret, and to nobody else", async (state, words) => {
    const { keys, create, stored } = await open();
    const { id, key } = create("acme");
    stored.set(id, { ...stored.get(id)!, state });
    await expect(keys.verify(key)).rejects.toThrow(words);
    stored.set(id, { ...stored.get(id)!, hash: "00".repeat(32) });
    await expect(keys.verify(key)).rejects.toThrow("not one of this server's");
  });

  it("sees at once that a key has ended which it was told to forget", async () => {
    const { keys, create, stored } = await open();
    const { id, key } = create("acme");
    await keys.verify(key);
    stored.set(id, { ...stored.get(id)!, state: "revoked" });
    keys.forget(id);
    await expect(keys.verify(key)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("notes the last use of each key, once", async () => {
    const { keys, create, clock, uses } = await open();
    const { id, key } = create("acme");
    await keys.verify(key);
    clock.now = 500;
    await keys.verify(key);
    clock.now = 700;
    await keys.flushUses();
    await keys.flushUses();
    expect(uses).toEqual([{ id, ageMs: 200 }]);
  });
});
