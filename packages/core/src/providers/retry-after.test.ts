import { expect, test } from "vitest";
import { retryAfterSeconds } from "./retry-after.js";

const now = Date.parse("2030-01-01T00:00:00Z");

test.each([
  [{ "retry-after": "7" }, 7],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "Tue, 01 Jan 2030 00:01:00 GMT" }, 60],
  [{ "retry-after": "Mon, 31 Dec 2029 00:00:00 GMT" }, 0],
  [{ "retry-after-ms": "1500", "retry-after": "9" }, 1.5],
  [{ "retry-after": "soon" }, undefined],
  [{}, undefined],
])("%j is %s seconds", (headers, seconds) => {
  expect(retryAfterSeconds(new Headers(headers as Record<string, string>), now)).toBe(seconds);
});
