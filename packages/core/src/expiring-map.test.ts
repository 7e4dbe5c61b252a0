import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExpiringMap } from "./expiring-map.js";

const maxAgeMs = 1_000;

describe("ExpiringMap", () => {
  it("gives what was true at some moment of the last second, and asks again after that", async () => {
    const step = fc.record({
      afterMs: fc.nat({ max: 1_500 }),
      key: fc.constantFrom("a", "b"),
      changes: fc.boolean(),
      takesMs: fc.nat({ max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let now = 0;
        let truth = 0;
        const changedAt = [0];
        const map = new ExpiringMap<number>({ capacity: 10, maxAgeMs, now: () => now });
        for (const { afterMs, key, changes, takesMs } of steps) {
          now += afterMs;
          if (changes) changedAt[++truth] = now;
          const askedAt = now;
          const given = await map.get(key, () => {
            const found = truth;
            now += takesMs;
            return Promise.resolve(found);
          });
          // Whatever replaced the given answer did so less than a second before.
          expect(askedAt - (changedAt[given + 1] ?? Infinity)).toBeLessThan(maxAgeMs);
        }
      }),
    );
  });

  it("does not ask again before", async () => {
    let now = 0;
    let asked = 0;
    const map = new ExpiringMap<number>({ capacity: 10, maxAgeMs, now: () => now });
    const find = (): Promise<number> => Promise.resolve(++asked);
    expect(await map.get("a", find)).toBe(1);
    now = maxAgeMs - 1;
    expect(await map.get("a", find)).toBe(1);
    now = maxAgeMs;
    expect(await map.get("a", find)).toBe(2);
  });

  it("remembers no failure", async () => {
    const map = new ExpiringMap<string>({ capacity: 10, maxAgeMs, now: () => 0 });
    await expect(map.get("a", () => Promise.reject(new Error("not yet")))).rejects.toThrow("not yet");
    expect(await map.get("a", () => Promise.resolve("now"))).toBe("now");
  });

  it("keeps no more than its capacity", async () => {
    let asked = 0;
    const map = new ExpiringMap<number>({ capacity: 2, maxAgeMs, now: () => 0 });
    for (const key of ["a", "b", "a", "c", "a", "b"]) await map.get(key, () => Promise.resolve(++asked));
    // The last b: it was the one not used for longest when c came.
    expect(asked).toBe(4);
  });
});
