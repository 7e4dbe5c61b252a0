import type { Embedder } from "@persisto/contract";
import { beforeAll, describe, expect, it } from "vitest";

const texts = [
  "The user prefers concise summaries.",
  "Das Treffen ist am Dienstag um neun.",
  "東京で会いましょう。",
  "A family: 👩‍👩‍👧‍👦",
  "x",
  "An ordinary sentence with a number, 42, and some punctuation; nothing more!",
];

/** Closeness that two answers for one text must have: remote models are not exact to the last bit. */
const sameText = 0.999;

/** Registers the vitest suite that every implementation of Embedder passes. */
export function describeEmbedder(name: string, open: () => Promise<Embedder>): void {
  describe(`Embedder: ${name}`, { timeout: 60_000 }, () => {
    let opened: Embedder | undefined;

    beforeAll(async () => {
      opened = await open();
    }, 120_000);

    function embedder(): Embedder {
      if (opened === undefined) throw new Error("The embedder is open only while tests and hooks run.");
      return opened;
    }

    const embed = (batch: readonly string[]) => embedder().embed(batch, { kind: "document" });

    function expectSame(vectors: readonly Float32Array[], expected: readonly Float32Array[]): void {
      expect(vectors).toHaveLength(expected.length);
      for (const [index, vector] of vectors.entries()) {
        expect(cosine(vector, expected[index] ?? new Float32Array())).toBeGreaterThan(sameText);
      }
    }

    it("names its vector space and its size", () => {
      expect(embedder().id).toMatch(/\S/);
      for (const size of [embedder().dimensions, embedder().maxTokens ?? 512, embedder().maxBatch ?? 128]) {
        expect(Number.isInteger(size) && size > 0).toBe(true);
      }
    });

    it.each(["document", "query"] as const)("gives one finite vector of the right length for each %s", async (kind) => {
      const vectors = await embedder().embed(texts, { kind });
      expect(vectors).toHaveLength(texts.length);
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array);
        expect(vector).toHaveLength(embedder().dimensions);
        expect(vector.every((value) => Number.isFinite(value))).toBe(true);
        expect(norm(vector)).toBeGreaterThan(0);
      }
    });

    it("gives nothing for an empty list", async () => {
      expect(await embed([])).toEqual([]);
    });

    it("keeps the order of the texts", async () => {
      const vectors = await embed(texts);
      expectSame((await embed(texts.toReversed())).toReversed(), vectors);
      const [first, last] = [vectors[0], vectors[texts.length - 1]];
      expect(cosine(first ?? new Float32Array(), last ?? new Float32Array())).toBeLessThan(sameText);
    });

    it("gives the same vector for the same text every time, and for each copy in a batch", async () => {
      const text = texts[0] ?? "";
      const [vector] = await embed([text]);
      expectSame(await embed([text]), vector ? [vector] : []);
      expectSame(
        await embed([text, "another", text]).then(([a, , b]) => (a && b ? [a, b] : [])),
        vector ? [vector, vector] : [],
      );
    });

    it("does not let the batch change a vector", async () => {
      const alone: Float32Array[] = [];
      for (const text of texts) alone.push(...(await embed([text])));
      expectSame(await embed(texts), alone);
    });

    it("takes a batch of the greatest size", async () => {
      const batch = Array.from({ length: embedder().maxBatch ?? 128 }, (_, index) => `Entry ${index}.`);
      expect(await embed(batch)).toHaveLength(batch.length);
    });

    it("serves several calls at once without mixing them up", async () => {
      const expected = await embed(texts);
      const vectors = await Promise.all(texts.map((text) => embed([text])));
      expectSame(vectors.flat(), expected);
    });

    it("leaves the list it is given alone", async () => {
      const batch = Object.freeze([...texts]);
      await embed(batch);
      expect(batch).toEqual(texts);
    });

    it("counts tokens, when it does, as whole numbers that grow with the text", (context) => {
      const { countTokens } = embedder();
      if (countTokens === undefined) return context.skip("this embedder counts no tokens");
      const count = (text: string) => countTokens.call(embedder(), text);
      for (const text of texts) expect(Number.isInteger(count(text)) && count(text) > 0).toBe(true);
      expect(count(`${texts[0]} ${texts[5]}`)).toBeGreaterThan(count(texts[0] ?? ""));
    });
  });
}

function norm(vector: Float32Array): number {
  return Math.hypot(...vector);
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  return dot / (norm(a) * norm(b));
}
