import { expect, test } from "vitest";
import { compare, type Measured } from "./compare.js";
import type { Measurement } from "./measure.js";

/** Gives these p50s one after another, then the last again. */
function subject(name: string, p50s: number[], recall = 1): Measured {
  return {
    name,
    measure: () => Promise.resolve(measurement(p50s.length > 1 ? p50s.shift()! : p50s[0]!, recall)),
  };
}

function measurement(p50Ms: number, recall: number): Measurement {
  return { p50Ms, p95Ms: p50Ms, perSecond: 1_000 / p50Ms, recall };
}

test("a ratio is to the reference of the same round", async () => {
  const [, row] = await compare("case", {
    // The machine gets twice as slow between the rounds, for both.
    reference: subject("raw", [1, 1, 2, 2, 2, 2]),
    subjects: [subject("it", [3, 6, 6])],
    rounds: 3,
  });
  expect(row!.ratio).toEqual({ reference: "raw", p50: 3, p95: 3, perSecond: 1 / 3 });
  expect(row!.invalid).toBeUndefined();
});

test("a row whose recall is below 0.98 in one round is invalid", async () => {
  const [reference, row] = await compare("case", {
    reference: subject("raw", [1]),
    subjects: [subject("fast and wrong", [0.1], 0.97)],
    rounds: 3,
  });
  expect(reference!.invalid).toBeUndefined();
  expect(row!.invalid).toContain("recall");
});

test("rounds in which the reference drifts are made again", async () => {
  const [, row] = await compare("case", {
    reference: subject("raw", [1, 9, 1]),
    subjects: [subject("it", [2])],
    rounds: 3,
  });
  expect(row!.drift).toBe(0);
  expect(row!.ratio!.p50).toBe(2);
});

test("a row is invalid when the reference never gets steady", async () => {
  const [, row] = await compare("case", {
    reference: subject("raw", [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]),
    subjects: [subject("it", [2])],
    rounds: 3,
  });
  expect(row!.invalid).toContain("drifted");
});
