import { describe, expect, it } from "vitest";
import { expectInvalid } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** A vector along one axis, of any length. */
function axis(dimensions: number, direction: number, length = 1): number[] {
  return Array.from({ length: dimensions }, (_, index) => (index === direction ? length : 0));
}

/** Vectors that users bring, for memories and for queries. */
export function describeOwnVectors(memory: MemoryAccessor, dimensions: () => number): void {
  describe("own vectors", () => {
    it("find a memory whatever its content says", async () => {
      const namespace = freshNamespace();
      const size = dimensions();
      await memory().saveMany([
        { namespace, id: "first", content: "Anything.", embedding: axis(size, 0) },
        { namespace, id: "second", content: "Something.", embedding: axis(size, 1, 1e-3) },
      ]);
      for (const [direction, id] of [
        [0, "first"],
        [1, "second"],
      ] as const) {
        const { results } = await memory().query({ namespace, embedding: axis(size, direction, 1e6) });
        expect(results[0]).toMatchObject({ id, chunk: { index: 0, count: 1 } });
        expect(results[0]!.similarity).toBeCloseTo(1, 3);
      }
    });

    it("can be asked together with words", async () => {
      const namespace = freshNamespace();
      const embedding = axis(dimensions(), 2);
      await memory().saveMany([
        { namespace, id: "both", content: "A walnut tree.", embedding },
        { namespace, id: "vector", content: "A bicycle.", embedding },
      ]);
      const { results } = await memory().query({ namespace, query: "walnut", embedding });
      expect(results[0]?.id).toBe("both");
    });

    it("make one passage of a long content", async () => {
      const namespace = freshNamespace();
      const input = { namespace, content: longText(20_000), embedding: axis(dimensions(), 0) };
      expect((await memory().save(input)).chunks).toBe(1);
    });

    it("are replaced by a new content's vector", async () => {
      const namespace = freshNamespace();
      await memory().save({ namespace, id: "one", content: "x", embedding: axis(dimensions(), 3) });
      await memory().update({ namespace, id: "one", content: "A red kite in the sky." });
      const { results } = await memory().query({ namespace, query: "A red kite in the sky.", retrieval: "vector" });
      expect(results[0]!.similarity).toBeCloseTo(1, 2);
    });

    it.each([
      ["too short", (size: number) => axis(size - 1, 0)],
      ["too long", (size: number) => axis(size + 1, 0)],
      ["empty", () => []],
      ["all zeros", (size: number) => axis(size, 0, 0)],
      ["not of numbers", (size: number) => Array.from({ length: size }, () => "1") as unknown as number[]],
    ])("are refused when they are %s", async (_, vector) => {
      const namespace = freshNamespace();
      const embedding = vector(dimensions());
      await memory().save({ namespace, content: "Here." });
      await expectInvalid(memory().save({ namespace, content: "x", embedding }), /^embedding/);
      await expectInvalid(memory().query({ namespace, embedding }), /^embedding/);
      await expectInvalid(memory().saveMany([{ namespace, content: "x", embedding }]), /^memories\[0\]\.embedding/);
      expect((await memory().list({ namespace })).memories).toHaveLength(1);
    });
  });
}
