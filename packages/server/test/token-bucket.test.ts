import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { intervalUsOf, takeToken, verdictOf, type Rate } from "../src/limits/token-bucket.js";

const rates = fc.record({ perMinute: fc.integer({ min: 1, max: 100_000 }), size: fc.integer({ min: 1, max: 50 }) });

/** Pauses between requests in milliseconds: many at once, some after a while. */
const pauses = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100_000 })),
  { maxLength: 200 },
);

/** A bucket that counts its tokens, in whole numbers: of microseconds, and of tokens times the microseconds that one takes. */
function countingBucket(rate: Rate): (now: number) => { admitted: boolean; remaining: number } {
  const interval = BigInt(intervalUsOf(rate));
  const full = interval * BigInt(rate.size);
  let held = full;
  let last = 0n;
  return (now) => {
    const time = BigInt(Math.round(now * 1_000));
    held = held + (time - last) > full ? full : held + (time - last);
    last = time;
    if (held < interval) return { admitted: false, remaining: 0 };
    held -= interval;
    return { admitted: true, remaining: Number(held / interval) };
  };
}

/** A bucket of this rate, asked again and again. */
function bucket(rate: Rate) {
  let fullAt: number | undefined;
  return (now: number) => {
    const taken = takeToken(rate, { fullAt, now });
    fullAt = now + taken.fullInMs;
    return verdictOf(rate, taken);
  };
}

function timesOf(gaps: readonly number[]): number[] {
  let now = 0;
  return gaps.map((gap) => (now += gap));
}

describe("a token bucket", () => {
  test("decides as one that counts its tokens", () => {
    fc.assert(
      fc.property(rates, pauses, (rate, gaps) => {
        const [ask, count] = [bucket(rate), countingBucket(rate)];
        for (const now of timesOf(gaps)) {
          const { admitted, remaining } = ask(now);
          expect({ admitted, remaining }).toEqual(count(now));
        }
      }),
    );
  });

  test("never admits more than a full one and what came back meanwhile, from any moment on", () => {
    fc.assert(
      fc.property(rates, pauses, (rate, gaps) => {
        const ask = bucket(rate);
        const admitted = timesOf(gaps).filter((now) => ask(now).admitted);
        for (const [first, from] of admitted.entries()) {
          for (const [more, to] of admitted.slice(first).entries()) {
            expect(more + 1).toBeLessThanOrEqual(rate.size + ((to - from) * rate.perMinute) / 60_000 + 1e-6);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test("admits whoever waits as long as it was told, and not a moment before", () => {
    fc.assert(
      fc.property(rates, pauses, (rate, gaps) => {
        let fullAt: number | undefined;
        for (const now of timesOf(gaps)) {
          const taken = takeToken(rate, { fullAt, now });
          fullAt = now + taken.fullInMs;
          const { retryAfterMs } = verdictOf(rate, taken);
          if (taken.admitted) continue;
          expect(retryAfterMs).toBeGreaterThan(0);
          expect(takeToken(rate, { fullAt, now: now + retryAfterMs }).admitted).toBe(true);
          expect(takeToken(rate, { fullAt, now: now + retryAfterMs - 0.01 }).admitted).toBe(false);
        }
      }),
    );
  });

  test("is full after the time it tells", () => {
    fc.assert(
      fc.property(rates, pauses, (rate, gaps) => {
        const ask = bucket(rate);
        const times = timesOf([0, ...gaps]);
        const last = times.map((time) => time + ask(time).resetMs).at(-1)!;
        expect(ask(last).remaining).toBe(rate.size - 1);
      }),
    );
  });
});
