import { limits } from "@persisto/contract";
import { expect, it } from "vitest";
import { queryText, storableText } from "../src/index.js";

const bytes = (text: string): number => new TextEncoder().encode(text).length;

it("texts that Postgres cannot hold are mended", () => {
  expect(storableText("a\0b\ud800c")).toBe("ab\ufffdc");
});

it("a text is cut to so many bytes, between characters", () => {
  expect(storableText("äöü", 5)).toBe("äö");
  expect(storableText("a🙂", 4)).toBe("a");
  expect(storableText("abc", 3)).toBe("abc");
});

it("of a long question the end is asked, whatever its characters", () => {
  const asked = queryText(`${"🙂".repeat(20_000)} What is it?`);
  expect(asked.endsWith("What is it?")).toBe(true);
  expect(bytes(asked)).toBeLessThanOrEqual(limits.queryBytes);
  expect(queryText(" \0 ")).toBe("");
});
