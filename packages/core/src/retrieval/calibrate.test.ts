import { describe, expect, it } from "vitest";
import { staticEmbedder } from "../embedders/static/static-embedder.js";
import { calibrate, type Calibratable } from "./calibrate.js";
import { calibrationPairs } from "./calibration-pairs.js";

/** An embedder with a vector added to all of another's, as models have whose similarities are all high. */
function crowded(embedder: Calibratable): Calibratable {
  return {
    embed: async (texts, options) =>
      (await embedder.embed(texts, options)).map((vector) =>
        vector.map((value) => value + 2 / Math.sqrt(vector.length)),
      ),
  };
}

/** A text's length in the first dimension: an embedder that understands nothing. */
const clueless: Calibratable = {
  embed: async (texts) => texts.map((text) => Float32Array.of(text.length % 7, text.length % 5, 3)),
};

describe("calibrate", () => {
  it("finds the built-in embedder's noise near 0 and its matches well above", async () => {
    const { noiseSimilarity, matchSimilarity } = await calibrate(await staticEmbedder());
    expect(noiseSimilarity).toBeGreaterThan(0);
    expect(noiseSimilarity).toBeLessThan(0.1);
    expect(matchSimilarity).toBeGreaterThan(0.35);
    expect(matchSimilarity).toBeLessThan(0.55);
  });

  it("finds both levels of an embedder whose similarities crowd", async () => {
    const { noiseSimilarity, matchSimilarity } = await calibrate(crowded(await staticEmbedder()));
    expect(noiseSimilarity).toBeGreaterThan(0.7);
    expect(matchSimilarity).toBeGreaterThan(noiseSimilarity + 0.03);
    expect(matchSimilarity).toBeLessThan(1);
  });

  it("asks much of an embedder that cannot tell an answer from other texts", async () => {
    const { noiseSimilarity, matchSimilarity } = await calibrate(clueless);
    expect(matchSimilarity).toBeGreaterThan(noiseSimilarity + 0.3);
  });

  it("leaves room between the levels even where all vectors are the same", async () => {
    const { noiseSimilarity, matchSimilarity } = await calibrate({
      embed: async (texts) => texts.map(() => Float32Array.of(1, 0)),
    });
    expect(noiseSimilarity).toBeCloseTo(1);
    expect(matchSimilarity).toBeGreaterThan(noiseSimilarity);
  });

  it("asks questions as queries and answers as documents, each in one call", async () => {
    const calls: [string, number][] = [];
    await calibrate({
      embed: async (texts, { kind }) => {
        calls.push([kind, texts.length]);
        return texts.map((_, index) => Float32Array.of(1, index));
      },
    });
    const count = calibrationPairs.length;
    expect(calls).toEqual([
      ["query", count],
      ["document", count],
    ]);
  });
});
