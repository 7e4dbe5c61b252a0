import { expect, test } from "vitest";
import { backoffMs, parseRetryAfter } from "../src/backoff.js";

test("waits double up to 8 seconds, less up to a quarter at random", () => {
  expect([1, 2, 3, 4, 5, 6, 50].map((tries) => backoffMs(tries, () => 0))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
  ]);
  expect(backoffMs(1, () => 1)).toBe(375);
});

test("Retry-After is read as seconds or as a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(parseRetryAfter("7", now)).toBe(7);
  expect(parseRetryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now)).toBe(30);
  expect(parseRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
  expect(parseRetryAfter("soon", now)).toBeUndefined();
  expect(parseRetryAfter(null, now)).toBeUndefined();
});
