import fc from "fast-check";
import { expect, test } from "vitest";
import { segments, type Granularity } from "./segments.js";

/** What the platform gives for the whole text at once, which takes quadratic time. */
function atOnce(text: string, granularity: Granularity): string[] {
  return Array.from(new Intl.Segmenter("en", { granularity }).segment(text), ({ segment }) => segment);
}

function inWindows(text: string, granularity: Granularity): string[] {
  const spans = segments(text, { start: 0, end: text.length }, granularity);
  return Array.from(spans, ({ start, end }) => text.slice(start, end));
}

const words = fc.constantFrom(
  "He ",
  "paid ",
  "3.50 ",
  "euros, ",
  "e.g. ",
  "for ",
  "tea. ",
  "don't ",
  "用户喜欢",
  "。",
  "ユーザー",
  "! ",
  "क्षि",
  "🇩🇪",
  "👩‍👩‍👧‍👦",
);
const longText = fc.array(words, { minLength: 150, maxLength: 400 }).map((parts) => parts.join(""));

test.each<Granularity>(["sentence", "word", "grapheme"])(
  "a long text is cut as the platform cuts it: %s",
  (granularity) => {
    fc.assert(
      fc.property(longText, (text) => {
        expect(inWindows(text, granularity)).toEqual(atOnce(text, granularity));
      }),
      { numRuns: 50 },
    );
  },
);

test("a segment longer than a window is one segment", () => {
  const word = "x".repeat(5_000);
  expect(inWindows(`a ${word} b`, "word")).toEqual(["a", " ", word, " ", "b"]);
});
