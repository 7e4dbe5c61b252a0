import { describe, expect, test } from "vitest";
import { contentOf } from "../lib/content-of.js";
import { Ledger } from "../lib/ledger.js";
import { isProved } from "../lib/verdict.js";
import { judgeMemories, type StoredMemory } from "./check-memories.js";

function whole(operation: string): StoredMemory {
  return { id: `id-of-${operation}`, operation, content: contentOf(operation), wanted: 3, chunks: 3, embeddings: 3 };
}

/** One save of each fate: a was acknowledged, r refused, and of u nobody knows. */
function threeFates(): Ledger {
  const ledger = new Ledger();
  for (const operation of ["a", "r", "u"]) ledger.open(operation);
  ledger.settle("a", { kind: "acknowledged", id: "id-of-a", chunks: 3 });
  ledger.settle("r", { kind: "refused", code: "unavailable" });
  return ledger;
}

/** The checks that these rows do not pass. */
function broken(stored: readonly StoredMemory[], unansweredAndDone = true): string[] {
  return judgeMemories(threeFates(), stored, { unansweredAndDone }).flatMap(({ name, isMet }) => (isMet ? [] : [name]));
}

describe("the judge of memories", () => {
  test("is content with what was acknowledged, once and whole, whatever became of the unknown", () => {
    expect(broken([whole("a")])).toEqual([]);
    expect(broken([whole("a"), whole("u")])).toEqual([]);
    expect(broken([whole("a")], false)).toEqual([]);
  });

  test("finds what was acknowledged and is lost", () => {
    expect(broken([])).toEqual(["acknowledged and lost"]);
  });

  test("finds what was acknowledged as something else than is there", () => {
    const name = "acknowledged with another id or another count of passages than is stored";
    expect(broken([{ ...whole("a"), id: "another" }])).toEqual([name]);
    expect(broken([{ ...whole("a"), wanted: 2, chunks: 2, embeddings: 2 }])).toEqual([name]);
  });

  test("finds what was done and not answered, where that may not be", () => {
    expect(broken([whole("a"), whole("u")], false)).toEqual(["unknown and not there"]);
  });

  test("finds halves: passages, vectors or text missing", () => {
    for (const half of [{ chunks: 2 }, { embeddings: 0 }, { content: contentOf("a").slice(0, -1) }]) {
      expect(broken([{ ...whole("a"), ...half }])).toEqual(["there by half"]);
      expect(broken([whole("a"), { ...whole("u"), ...half }])).toEqual(["there by half"]);
    }
  });

  test("finds what is there twice", () => {
    expect(broken([whole("a"), whole("u"), whole("u")])).toEqual(["there twice"]);
  });

  test("finds what was refused and done all the same", () => {
    expect(broken([whole("a"), whole("r")])).toEqual(["refused and there"]);
  });

  test("finds what nobody sent", () => {
    expect(broken([whole("a"), whole("x")])).toEqual(["there and never sent"]);
  });

  test("proves nothing when one check fails", () => {
    const allowed = { unansweredAndDone: true };
    const verdict = { workload: "w", backend: "b", figures: {} };
    expect(isProved({ ...verdict, checks: judgeMemories(threeFates(), [whole("a")], allowed) })).toBe(true);
    expect(isProved({ ...verdict, checks: judgeMemories(threeFates(), [], allowed) })).toBe(false);
  });
});
