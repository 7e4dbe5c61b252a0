import type { MemoryRecord, SaveInput } from "@persisto/contract";
import { describe, expect, it } from "vitest";
import { expectInvalid } from "../expect-rejection.js";
import { freshNamespace } from "../fresh-namespace.js";
import { longText } from "../long-text.js";
import type { MemoryAccessor } from "./memory-accessor.js";

/** A vector along one axis, of length 1. */
function axis(dimensions: number, direction: number): number[] {
  return Array.from({ length: dimensions }, (_, index) => (index === direction ? 1 : 0));
}

/** Passages of users' own, and passages read out. */
export function describePassages(memory: MemoryAccessor, dimensions: () => number): void {
  /** Every memory with its passages, those saved first at the beginning. */
  async function readOut(namespace: string, limit = 100): Promise<MemoryRecord[]> {
    const records: MemoryRecord[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await memory().list({
        namespace,
        order: "oldest",
        withPassages: true,
        limit,
        ...(cursor !== undefined && { cursor }),
      });
      records.push(...page.memories);
      cursor = page.nextCursor;
    }
    return records;
  }

  describe("passages", () => {
    it("are found in place of those that the content would be split into", async () => {
      const namespace = freshNamespace();
      const passages = [
        { content: "The quince ripens in October." },
        { content: "Medlars are eaten when they look rotten." },
      ];
      const saved = await memory().save({ namespace, id: "fruit", content: "About fruit trees.", passages });
      expect(saved.chunks).toBe(2);
      const { results } = await memory().query({ namespace, query: "medlars", retrieval: "text" });
      expect(results[0]).toMatchObject({ id: "fruit", content: passages[1]!.content, chunk: { index: 1, count: 2 } });
      expect((await memory().get({ namespace, id: "fruit" }))?.content).toBe("About fruit trees.");
    });

    it("may bring their vectors, each for itself", async () => {
      const namespace = freshNamespace();
      const passages = [{ content: "One." }, { content: "Two.", embedding: axis(dimensions(), 1) }];
      await memory().save({ namespace, content: "Both.", passages });
      const { results } = await memory().query({ namespace, embedding: axis(dimensions(), 1) });
      expect(results[0]).toMatchObject({ content: "Two." });
      expect(results[0]!.similarity).toBeCloseTo(1, 3);
    });

    it("are read out with their vectors, of length 1", async () => {
      const namespace = freshNamespace();
      await memory().saveMany([
        { namespace, id: "short", content: "  A short one.\n" },
        { namespace, id: "long", content: longText(9_000) },
      ]);
      const [short, long] = await readOut(namespace);
      expect(short).toMatchObject({ id: "short", passages: [{ content: "  A short one.\n" }] });
      expect(long!.passages!.length).toBeGreaterThan(3);
      for (const { embedding } of [...short!.passages!, ...long!.passages!]) {
        expect(embedding).toHaveLength(dimensions());
        expect(Math.hypot(...embedding)).toBeCloseTo(1, 2);
      }
      const { memories } = await memory().list({ namespace });
      for (const record of memories) expect(record).not.toHaveProperty("passages");
    });

    it("are the same to the last digit when what was read out is saved elsewhere", async () => {
      const [from, to] = [freshNamespace(), freshNamespace()];
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      await memory().saveMany([
        { namespace: from, id: "long", content: longText(9_000), metadata: { a: [1, { b: null }] } },
        { namespace: from, id: "own", content: " Padded. ", embedding: axis(dimensions(), 2), expiresAt },
        { namespace: from, id: "apart", content: "Whole.", passages: [{ content: "Part." }, { content: "Other." }] },
        { namespace: from, id: "one", content: "Whole.", passages: [{ content: "Its only part." }] },
      ]);
      await memory().update({ namespace: from, id: "long", metadata: { a: [1, { b: null }], c: true } });
      const before = await readOut(from);
      const copies: SaveInput[] = before.map((record) => ({ ...record, namespace: to, passages: record.passages! }));
      await memory().saveMany(copies);
      expect(await readOut(to)).toEqual(before.map((record) => ({ ...record, namespace: to })));
    });

    it("end a page before there are too many, and every memory comes once", async () => {
      const namespace = freshNamespace();
      const size = dimensions();
      const passages = Array.from({ length: 300 }, (_, index) => ({
        content: `Part ${index}.`,
        embedding: axis(size, index % size),
      }));
      await memory().saveMany(
        ["a", "b", "c", "d", "e"].map((id) => ({
          namespace,
          id,
          content: "All.",
          passages: id === "e" ? [passages[0]!] : passages,
        })),
      );
      const page = await memory().list({ namespace, order: "oldest", withPassages: true });
      expect(page.memories.map(({ id }) => id)).toEqual(["a", "b"]);
      const all = await readOut(namespace);
      expect(all.map((record) => [record.id, record.passages!.length])).toEqual([
        ["a", 300],
        ["b", 300],
        ["c", 300],
        ["d", 300],
        ["e", 1],
      ]);
    });

    it.each([
      ["none", () => [], "passages"],
      ["too many", () => Array.from({ length: 1_001 }, () => ({ content: "x" })), "passages"],
      ["too long together", () => [0, 1, 2].map(() => ({ content: longText(200_000) })), "passages", "too_large"],
      ["blank", () => [{ content: "Good." }, { content: " " }], "passages[1].content"],
      [
        "with a vector too short",
        (size: number) => [{ content: "x", embedding: axis(size - 1, 0) }],
        "passages[0].embedding",
      ],
      ["with an unknown field", () => [{ content: "x", colour: "red" }], "passages[0].colour"],
    ] as const)("are refused when they are %s", async (_, passagesOf, field, code?) => {
      const namespace = freshNamespace();
      const passages = [...passagesOf(dimensions())];
      await expectInvalid(memory().save({ namespace, content: "x", passages }), field, code);
    });

    it("are refused when there are too many in a batch", async () => {
      const passages = Array.from({ length: 1_000 }, () => ({ content: "x" }));
      const batch = Array.from({ length: 11 }, () => ({ namespace: freshNamespace(), content: "x", passages }));
      await expectInvalid(memory().saveMany(batch), "memories", "too_large");
    });

    it("are refused beside a vector for the whole", async () => {
      const input = { namespace: freshNamespace(), content: "x", embedding: axis(dimensions(), 0) };
      await expectInvalid(memory().save({ ...input, passages: [{ content: "x" }] }), "passages");
    });
  });
}
