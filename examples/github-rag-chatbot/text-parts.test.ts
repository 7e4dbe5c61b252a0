import { expect, it } from "vitest";
import { answerParts, bestLines, markedParts } from "./page/text-parts.js";

it("takes an answer for text, code, bold text and citations, and HTML for text", () => {
  expect(answerParts("**Yes** [1][12]: `<b>`\n```ts\nx[0]\n```\n<script>alert(1)</script>")).toEqual([
    { kind: "strong", text: "Yes" },
    { kind: "text", text: " " },
    { kind: "citation", text: "1" },
    { kind: "citation", text: "12" },
    { kind: "text", text: ": " },
    { kind: "code", text: "<b>" },
    { kind: "text", text: "\n" },
    { kind: "block", text: "x[0]" },
    { kind: "text", text: "<script>alert(1)</script>" },
  ]);
});

it("shows code that has not come to its end yet as code", () => {
  expect(answerParts("So:\n```ts\nconst half = ")).toEqual([
    { kind: "text", text: "So:\n" },
    { kind: "block", text: "const half = " },
  ]);
});

it("marks the words of a question in their other forms, and not the small ones", () => {
  expect(markedParts("The hash of an ApiKey", "How are the API keys hashed?")).toEqual([
    { kind: "text", text: "The " },
    { kind: "mark", text: "hash" },
    { kind: "text", text: " of an " },
    { kind: "mark", text: "Api" },
    { kind: "mark", text: "Key" },
  ]);
  expect(markedParts("a.b (c)", "is (c) in a.b?")).toEqual([{ kind: "text", text: "a.b (c)" }]);
});

it("quotes the lines that have most of the question's words, with their numbers", () => {
  const text = ["one", "two", "the key", "its hash", "five"].join("\n");
  expect(bestLines({ text, from: 10 }, "Which key is hashed?", 2)).toEqual({
    from: 12,
    lines: ["the key", "its hash"],
  });
  expect(bestLines({ text, from: 10 }, "Which key is hashed?", 9)).toEqual({ from: 10, lines: text.split("\n") });
});
