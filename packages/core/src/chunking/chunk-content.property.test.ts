import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateTokens } from "../embedders/estimate-tokens.js";
import { WordPiece } from "../embedders/static/word-piece.js";
import { chunkContent, chunkSpans, type ChunkOptions } from "./chunk-content.js";

const letters = [..."abcdefghijklmnopqrstuvwxyz"];
const wordPiece = new WordPiece(["[UNK]", ...letters, ...letters.map((letter) => `##${letter}`), "the", "##ing", "用"]);

/** Ways to count that break each assumption in turn. */
const counters: Record<string, (text: string) => number> = {
  "the estimate": estimateTokens,
  "word pieces": (text) => wordPiece.encode(text).length,
  "every character, white space too": (text) => text.length,
  "whole words cost more than their parts": (text) =>
    text.split(/\s+/).reduce((sum, word) => sum + Math.ceil(word.length ** 2 / 8), 0),
  "a space makes a word cheaper": (text) => (text.match(/\S+/g)?.length ?? 0) + (/^\s/.test(text) ? 0 : 1),
  "two more for every text": (text) => (text.match(/\S+/g)?.length ?? 0) + 2,
};

const fragment = fc.oneof(
  fc.constantFrom(
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "\u3000",
    ". ",
    "! ",
    "。",
    "؟ ",
    "# ",
    "- ",
    "1. ",
    "> ",
    "```\n",
    "~~~",
  ),
  fc.constantFrom("The user", "likes", "tea", "3.5", "用户喜欢", "ユーザー", "กาแฟ", "القهوة", "한국어", "नमस्ते", "क्षि"),
  fc.constantFrom(
    "👩‍👩‍👧‍👦",
    "🇩🇪🇫🇷",
    "👍🏽",
    "e\u0301",
    " \u0301",
    "\u0600 ",
    "\u0600",
    "\u200d",
    "\u200b",
    "\ufeff",
    "각",
    "\u1100",
    "\u11a8",
    "x".repeat(60),
  ),
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const anyContent = fc.array(fragment, { maxLength: 60 }).map((fragments) => fragments.join(""));
const sizes = fc.record({ maxTokens: fc.integer({ min: 1, max: 40 }), overlapTokens: fc.integer({ min: 0, max: 20 }) });

function clusterBoundaries(text: string): Set<number> {
  const segments = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)];
  return new Set([...segments.map(({ index }) => index), text.length]);
}

function expectGoodChunks(content: string, options: ChunkOptions): void {
  const boundaries = clusterBoundaries(content);
  const covered = new Set<number>();
  let previous = { start: -1, end: 0 };
  for (const { start, end } of chunkSpans(content, options)) {
    const text = content.slice(start, end);
    expect(text.trim()).not.toBe("");
    expect(start).toBeGreaterThan(previous.start);
    expect(end).toBeGreaterThan(previous.end);
    expect(boundaries).toContain(start);
    expect(boundaries).toContain(end);
    if (clusterBoundaries(text).size > 2) {
      expect(options.countTokens(text)).toBeLessThanOrEqual(options.maxTokens);
    }
    if (start < previous.end) {
      const overlap = content.slice(start, previous.end).trim();
      expect(options.countTokens(overlap)).toBeLessThanOrEqual(options.overlapTokens);
    }
    for (let unit = start; unit < end; unit++) covered.add(unit);
    previous = { start, end };
  }
  for (const { index } of content.matchAll(/\S/g)) {
    if (!covered.has(index)) expect.fail(`character ${index} is in no chunk`);
  }
}

test.each(Object.entries(counters))(
  "any text is covered by exact, ordered chunks within the bounds: %s",
  (_, countTokens) => {
    fc.assert(
      fc.property(anyContent, sizes, (text, size) => expectGoodChunks(text, { countTokens, ...size })),
      { numRuns: 200 },
    );
  },
);

/** To the others a chunk may be longer by itself than it was with the white space around it. */
const deafToOuterSpace = Object.entries(counters).filter(
  ([, countTokens]) => countTokens(" a b ") === countTokens("a b"),
);

test.each(deafToOuterSpace)("the text of a chunk is one chunk, the same: %s", (_, countTokens) => {
  fc.assert(
    fc.property(anyContent, sizes, (text, size) => {
      const options = { countTokens, ...size };
      for (const chunk of chunkContent(text, options)) {
        if (countTokens(chunk) > size.maxTokens) continue; // a single cluster that is too long
        expect(chunkContent(chunk, options)).toEqual([chunk]);
      }
    }),
    { numRuns: 200 },
  );
});
