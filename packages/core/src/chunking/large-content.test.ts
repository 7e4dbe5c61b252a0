import { expect, test } from "vitest";
import { estimateTokens } from "../embedders/estimate-tokens.js";
import { chunkContent } from "./chunk-content.js";

const BYTES = 256 * 1024;
const fill = (text: string) => text.repeat(Math.floor(BYTES / Buffer.byteLength(text)));

const contents = {
  "one word": fill("a"),
  "words without a full stop": fill("lorem ipsum "),
  "sentences on one line": fill("The user likes short answers. It rained, again! "),
  "short lines": fill("a\n"),
  "short paragraphs": fill("a\n\n"),
  headings: fill("# a\n"),
  "list items": fill("- \n"),
  "deep lists": Array.from({ length: 2_000 }, (_, depth) => `${" ".repeat(depth % 250)}- item`).join("\n"),
  "deep quotes": Array.from({ length: 700 }, (_, depth) => `${">".repeat(depth)} quote\n`).join(""),
  "fenced code that never ends": `\`\`\`\n${fill("x = 1\n\n")}`,
  "line ends around two letters": `a${fill("\n")}b`,
  "Windows lines": fill("a line of text\r\n"),
  signs: fill("!?"),
  "signs and spaces": fill("a ! "),
  Chinese: fill("用户喜欢简洁的摘要。他每天早上喝咖啡。"),
  "Chinese without signs": fill("用户喜欢简洁的摘要他每天早上喝咖啡"),
  Thai: fill("ผู้ใช้ชอบสรุปสั้นๆเขาดื่มกาแฟทุกเช้า"),
  Arabic: fill("يفضل المستخدم الملخصات القصيرة "),
  emoji: fill("👩‍👩‍👧‍👦"),
  flags: fill("🇩🇪"),
  "one letter with many accents": `a${fill("\u0301")}`,
};

test.each(Object.entries(contents))("256 KiB: no text is counted over and over: %s", (_, content) => {
  let counted = 0;
  const countTokens = (text: string) => {
    counted += text.length;
    return estimateTokens(text);
  };
  const chunks = chunkContent(content, { countTokens, maxTokens: 256, overlapTokens: 32 });
  expect(chunks.length).toBeGreaterThan(0);
  // once as a whole, a block, a line, a sentence and a word, twice for overlaps, once as a chunk, and white space
  expect(counted / content.length).toBeLessThan(12);
});

test("256 KiB of white space are no chunk", () => {
  expect(chunkContent(fill("\n"), { countTokens: estimateTokens, maxTokens: 256, overlapTokens: 32 })).toEqual([]);
});

test("chunks of a long text are nearly full", () => {
  const chunks = chunkContent(contents["sentences on one line"], {
    countTokens: estimateTokens,
    maxTokens: 256,
    overlapTokens: 0,
  });
  const tokens = chunks.reduce((sum, chunk) => sum + estimateTokens(chunk), 0);
  expect(tokens / chunks.length).toBeGreaterThan(0.9 * 256);
});
