import { expect, test } from "vitest";
import { estimateTokens } from "./estimate-tokens.js";

/** Tokens of OpenAI's cl100k_base, counted with js-tiktoken 1.0.21. */
test.each([
  ["The user prefers concise summaries and drinks green tea every morning.", 12],
  ["const chunks = chunkContent(text, { maxTokens: 256 });", 14],
  ["Die Nutzerin bevorzugt kurze Zusammenfassungen und trinkt jeden Morgen Kaffee.", 24],
  ["Пользователь предпочитает краткие сводки и пьёт кофе.", 24],
  ["用户喜欢简洁的摘要。他每天早上喝咖啡。", 27],
  ["ユーザーは簡潔な要約を好みます。", 20],
  ["사용자는 간결한 요약을 선호합니다.", 17],
  ["يفضل المستخدم الملخصات القصيرة.", 20],
  ["ผู้ใช้ชอบสรุปสั้นๆ", 19],
  ["उपयोगकर्ता संक्षिप्त सारांश पसंद करता है।", 43],
  ["👩‍👩‍👧‍👦🎉🚀", 24],
  ["2024-05-12 14:33:02", 12],
])("%j has at least its %i tokens, and at most two and a half times as many", (text, tokens) => {
  expect(estimateTokens(text)).toBeGreaterThanOrEqual(tokens);
  expect(estimateTokens(text)).toBeLessThanOrEqual(2.5 * tokens);
});

test("text without a character has none", () => {
  expect(estimateTokens("")).toBe(0);
});

test("parts cut after a space add up to the whole", () => {
  const parts = ["The user moved ", "to Berlin, ", "用户喜欢 ", "in 2024."];
  expect(parts.reduce((sum, part) => sum + estimateTokens(part), 0)).toBeGreaterThanOrEqual(
    estimateTokens(parts.join("")),
  );
});
