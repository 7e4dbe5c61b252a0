import { expect, test } from "vitest";
import type { Row } from "./corpus/corpus.js";
import { nearest, recall } from "./exact-neighbours.js";

function row(id: string, vector: number[], metadata: Row["metadata"] = {}): Row {
  return { id, namespace: "n", content: id, metadata, vector: Float32Array.from(vector) };
}

const rows = [row("far", [-1, 0], { even: 1 }), row("near", [0.8, 0.6]), row("same", [1, 0], { even: 1 })];
const vector = Float32Array.from([1, 0]);

test("the nearest come first, and not more than asked for", () => {
  expect(nearest(rows, { vector, k: 2 })).toEqual(["same", "near"]);
  expect(nearest(rows, { vector, k: 10 })).toEqual(["same", "near", "far"]);
});

test("rows that do not match the filters are left out", () => {
  expect(nearest(rows, { vector, k: 2, filters: { even: 1 } })).toEqual(["same", "far"]);
});

test("recall counts what was to be found, each id once", () => {
  expect(recall(["a", "b", "x"], ["b", "a"])).toBe(1);
  expect(recall(["a", "a"], ["a", "b"])).toBe(0.5);
  expect(recall([], ["a"])).toBe(0);
});

test("finding nothing is right when nothing was to be found", () => {
  expect(recall([], [])).toBe(1);
  expect(recall(["a"], [])).toBe(0);
});
