import { expect, test } from "vitest";
import { judgeSaved, type Stored } from "./judge-saved.js";

const vectorOf = (text: string): Float32Array => Float32Array.from(text.startsWith("old") ? [1, 0] : [0, 1]);
const lastWritten = new Map([
  ["a", ["new one\n\nnew two", "new three"]],
  ["b", ["new four"]],
]);

function stored(id: string, content: string, passages: string[] = content.split("\n\n")): Stored {
  return { id, content, chunkCount: passages.length, passages, vectors: passages.map(vectorOf) };
}

const a = stored("a", "new one\n\nnew two");
const b = stored("b", "new four");

test("memories that are as one of their writers left them are without fault", () => {
  const none = { missing: 0, doubled: 0, lost: 0, mixed: 0 };
  expect(judgeSaved([a, b], { lastWritten, vectorOf })).toEqual(none);
  expect(judgeSaved([stored("a", "new three"), b], { lastWritten, vectorOf })).toEqual(none);
});

test.each<[string, Stored[], object]>([
  ["an id that is not there", [a], { missing: 1 }],
  ["an id that is there twice", [a, b, b], { doubled: 1 }],
  ["an older content", [a, stored("b", "old four")], { lost: 1 }],
  ["a passage of another version", [stored("a", a.content, ["new one", "old two"]), b], { mixed: 1 }],
  ["a passage too few", [{ ...a, passages: ["new one"] }, b], { mixed: 1 }],
  ["a vector too many", [{ ...a, vectors: [...a.vectors, vectorOf("new")] }, b], { mixed: 1 }],
  ["a vector of another text", [a, { ...b, vectors: [vectorOf("old")] }], { mixed: 1 }],
])("%s is a fault", (_, memories, fault) => {
  const none = { missing: 0, doubled: 0, lost: 0, mixed: 0 };
  expect(judgeSaved(memories, { lastWritten, vectorOf })).toEqual({ ...none, ...fault });
});
