import { expect, test } from "vitest";
import { Corpus, type Row } from "./corpus/corpus.js";
import { ExactNeighbours, nearest, recall } from "./exact-neighbours.js";

function row(id: string, vector: number[]): Row {
  return { id, namespace: "n", content: id, metadata: {}, vector: Float32Array.from(vector) };
}

const rows = [row("far", [-1, 0]), row("near", [0.8, 0.6]), row("same", [1, 0])];
const vector = Float32Array.from([1, 0]);

test("the nearest come first, and not more than asked for", () => {
  expect(nearest(rows, { vector, k: 2 })).toEqual(["same", "near"]);
  expect(nearest(rows, { vector, k: 10 })).toEqual(["same", "near", "far"]);
});

test("the neighbours of all questions are found in one pass, with filters and without", async () => {
  const corpus = new Corpus({ rows: 1_000, seed: 1, keptRows: 100 });
  const namespace = corpus.namespaceOf(1_000);
  const neighbours = await new ExactNeighbours(corpus, 10).of(namespace);
  const all = [...corpus.batchesOf(namespace, 1_000)].flat();
  for (const question of corpus.questionsOf(namespace).slice(0, 3)) {
    expect(neighbours(question)).toEqual(nearest(all, { vector: question.vector, k: 10 }));
    const odd = all.filter(({ metadata }) => metadata["half"] === 1);
    expect(neighbours(question, { half: 1 })).toEqual(nearest(odd, { vector: question.vector, k: 10 }));
    expect(neighbours(question, { thousandth: 1 })).toEqual(["m1"]);
  }
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
