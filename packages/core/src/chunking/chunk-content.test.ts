import { describe, expect, test } from "vitest";
import { estimateTokens } from "../embedders/estimate-tokens.js";
import { chunkContent, chunkSpans } from "./chunk-content.js";

const texts = (content: string, maxTokens: number, overlapTokens = 0) =>
  chunkContent(content, { countTokens: estimateTokens, maxTokens, overlapTokens });

/** As a reader counts: words and single ideographs. */
const countWords = (text: string) => text.match(/\p{Script=Han}|[^\s\p{Script=Han}]+/gu)?.length ?? 0;
const byWords = (content: string, maxTokens: number, overlapTokens = 0) =>
  chunkContent(content, { countTokens: countWords, maxTokens, overlapTokens });

describe("what becomes one chunk", () => {
  test("content that fits, without the white space around it", () => {
    const chunks = chunkContent(" \n The user likes tea.\n\nAnd cake.\t", {
      countTokens: countWords,
      maxTokens: 6,
      overlapTokens: 2,
    });
    expect(chunks).toEqual(["The user likes tea.\n\nAnd cake."]);
  });

  test("nothing, when there is only white space", () => {
    expect(texts(" \n\t\u00a0\u3000\r\n", 8)).toEqual([]);
    expect(texts("", 8)).toEqual([]);
  });
});

describe("where content is cut", () => {
  test("between paragraphs, as many to a chunk as fit", () => {
    const content = "One two three.\n\nFour five six.\n\nSeven eight nine.\n\nTen.";
    expect(byWords(content, 6)).toEqual(["One two three.\n\nFour five six.", "Seven eight nine.\n\nTen."]);
  });

  test("before a heading rather than between two paragraphs under it", () => {
    const content = "One two three.\n\nFour five six.\n\n# Tea\n\nSeven eight.\n\nNine ten eleven.";
    expect(byWords(content, 10)).toEqual([
      "One two three.\n\nFour five six.",
      "# Tea\n\nSeven eight.\n\nNine ten eleven.",
    ]);
  });

  test("never between a heading and the paragraph under it, when the two fit", () => {
    expect(byWords("One two three.\n\n# Tea\n\nFour five six seven.", 7)).toEqual([
      "One two three.",
      "# Tea\n\nFour five six seven.",
    ]);
  });

  test("between list items", () => {
    const content = "- buys bread today\n- calls mother tomorrow\n  after lunch\n2. pays rent";
    expect(byWords(content, 7)).toEqual([
      "- buys bread today",
      "- calls mother tomorrow\n  after lunch",
      "2. pays rent",
    ]);
  });

  test("around fenced code, whose blank lines and comments are no paragraphs or headings", () => {
    const content = "Run this:\n```sh\n# not a heading\n\nnpm test\n```\nThen read the log.";
    expect(byWords(content, 9)).toEqual(["Run this:", "```sh\n# not a heading\n\nnpm test\n```", "Then read the log."]);
  });

  test("code too long for a chunk is cut at its blank lines first", () => {
    const content = "const a = 1;\nconst b = 2;\n\nconst c = 3;\nconst d = 4;\n";
    expect(byWords(`\`\`\`ts\n${content}\`\`\``, 12)).toEqual([
      "```ts\nconst a = 1;\nconst b = 2;",
      "const c = 3;\nconst d = 4;\n```",
    ]);
  });

  test("between sentences when a paragraph is too long", () => {
    const content = "The user moved to Berlin. He paid 3.50 euros for it! Was it cheap? He thinks so.";
    expect(byWords(content, 6)).toEqual([
      "The user moved to Berlin.",
      "He paid 3.50 euros for it!",
      "Was it cheap? He thinks so.",
    ]);
  });

  test("between words when a sentence is too long", () => {
    expect(byWords("one two three, four five six seven", 3)).toEqual(["one two three,", "four five six", "seven"]);
  });

  test("inside a word only when it alone is too long, and then evenly", () => {
    const chunks = texts(`see ${"x".repeat(100)} end`, 10);
    expect(chunks.join("").replaceAll(" ", "")).toBe(`see${"x".repeat(100)}end`);
    expect(chunks.length).toBeLessThanOrEqual(6);
  });

  test("letters are not drawn into the long cluster after them", () => {
    const cluster = `d${"\u0301".repeat(60)}`;
    expect(texts(`abc${cluster}`, 40)).toEqual(["abc", cluster]);
  });

  test("not because of the white space around a passage that fits without it", () => {
    const chunks = chunkContent("abc def   \n\n   ghi", {
      countTokens: (text) => text.length,
      maxTokens: 7,
      overlapTokens: 0,
    });
    expect(chunks).toEqual(["abc def", "ghi"]);
  });

  test("lines end with CRLF as well", () => {
    expect(byWords("One two.\r\n\r\nThree four.\r\nFive six.\r\n", 4)).toEqual([
      "One two.",
      "Three four.\r\nFive six.",
    ]);
  });
});

describe("languages", () => {
  test("Chinese is cut after its own full stop", () => {
    expect(byWords("用户喜欢简洁的摘要。他每天早上喝咖啡！她不喝。", 14)).toEqual([
      "用户喜欢简洁的摘要。",
      "他每天早上喝咖啡！她不喝。",
    ]);
  });

  test("a Chinese sentence that is too long is cut between words of the dictionary", () => {
    const words = texts("用户喜欢咖啡", 4);
    expect(words).toEqual(["用户", "喜欢", "咖啡"]);
  });

  test("Japanese is cut between sentences and keeps words whole", () => {
    expect(texts("ユーザーは簡潔な要約を好みます。毎朝コーヒーを飲みます。", 30)).toEqual([
      "ユーザーは簡潔な要約を好みます。",
      "毎朝コーヒーを飲みます。",
    ]);
  });

  test("Arabic is cut after its question mark", () => {
    expect(byWords("هل يحب المستخدم القهوة؟ نعم، يشربها كل صباح.", 5)).toEqual([
      "هل يحب المستخدم القهوة؟",
      "نعم، يشربها كل صباح.",
    ]);
  });

  test("Thai, which has no spaces between words, is cut between words and no vowel is lost from its letter", () => {
    const content = "ผู้ใช้ชอบสรุปสั้นๆเขาดื่มกาแฟทุกเช้า";
    const words = [...new Intl.Segmenter("en", { granularity: "word" }).segment(content)].map(({ index }) => index);
    const chunks = chunkSpans(content, { countTokens: estimateTokens, maxTokens: 18, overlapTokens: 0 });
    expect(chunks.length).toBeGreaterThan(2);
    for (const { start } of chunks) expect(words).toContain(start);
  });

  test("an emoji made of several is never cut, even when it alone is too long", () => {
    const family = "👩‍👩‍👧‍👦";
    expect(texts(family.repeat(3), 4)).toEqual([family, family, family]);
  });
});

describe("overlap", () => {
  const content = "Ann has a cat. It is grey. It sleeps all day. Bob has a dog.";

  test("a chunk begins with the last whole sentences of the one before it", () => {
    expect(byWords(content, 8, 4)).toEqual([
      "Ann has a cat. It is grey.",
      "It is grey. It sleeps all day.",
      "It sleeps all day. Bob has a dog.",
    ]);
  });

  test("with the last words when a sentence is too long to repeat", () => {
    expect(byWords("one two three four five six seven eight", 4, 2)).toEqual([
      "one two three four",
      "three four five six",
      "five six seven eight",
    ]);
  });

  test("is left out where the next sentence needs the room", () => {
    expect(byWords("Yes. One two three four five six. Yes.", 6, 3)).toEqual([
      "Yes.",
      "One two three four five six.",
      "four five six. Yes.",
    ]);
  });

  test("does not reach over a paragraph, a heading or a list item", () => {
    expect(byWords("One two three.\n\nFour five six.\n- Seven eight.", 4, 3)).toEqual([
      "One two three.",
      "Four five six.",
      "- Seven eight.",
    ]);
  });
});
