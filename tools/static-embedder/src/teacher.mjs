/** Runs the teacher over token lists and caches its vectors, so that an interrupted build goes on where it stopped. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { teacherFiles, workFolder } from "./paths.mjs";
import { progress } from "./progress.mjs";
import { TEACHER_DIMENSIONS, teacherGraph } from "./teacher-graph.mjs";
import { readTfjsWeights } from "./tfjs-weights.mjs";

const CLS = 101;
const SEP = 102;
const MAX_TOKENS = 256; // the length all-MiniLM-L6-v2 was tuned for
const CHUNK = 2048; // texts between two writes of the cache: about 15 s
const BATCH = 32;

/** Unit vectors, one after the other. @typedef {(tokenLists: number[][], name: string) => Promise<Float32Array>} Teacher */

/** @returns {Promise<Teacher>} */
export async function loadTeacher() {
  const model = teacherGraph(readTfjsWeights(teacherFiles));
  // One thread: the build shares its machine, and the order of float sums must not depend on the number of cores.
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const modelHash = createHash("sha256").update(model).digest("hex");
  return (tokenLists, name) => cachedVectors(session, modelHash, { tokenLists, name });
}

/** @param {InferenceSession} session @param {string} modelHash @param {{ tokenLists: number[][], name: string }} job */
async function cachedVectors(session, modelHash, { tokenLists, name }) {
  const key = createHash("sha256").update(modelHash).update(JSON.stringify(tokenLists)).digest("hex").slice(0, 12);
  mkdirSync(workFolder, { recursive: true });
  const path = join(workFolder, `teacher-${name}-${key}.f32`);
  const chunkBytes = CHUNK * TEACHER_DIMENSIONS * 4;
  const wholeBytes = tokenLists.length * TEACHER_DIMENSIONS * 4;
  let done = existsSync(path) ? statSync(path).size : 0;
  if (done > wholeBytes) throw new Error(`${path} is longer than its corpus; delete it`);
  if (done < wholeBytes && done % chunkBytes !== 0) {
    done -= done % chunkBytes; // a killed run left half a chunk
    truncateSync(path, done);
  }
  const report = progress(`teacher ${name}`, tokenLists.length);
  for (let start = done / (TEACHER_DIMENSIONS * 4); start < tokenLists.length; start += CHUNK) {
    const chunk = tokenLists.slice(start, start + CHUNK);
    appendFileSync(path, Buffer.from((await chunkVectors(session, chunk)).buffer));
    report(start + chunk.length);
  }
  const file = readFileSync(path);
  return new Float32Array(file.buffer, file.byteOffset, wholeBytes / 4);
}

/** Batches of one length each: no padding, no wasted work. @param {InferenceSession} session @param {number[][]} tokenLists */
async function chunkVectors(session, tokenLists) {
  const vectors = new Float32Array(tokenLists.length * TEACHER_DIMENSIONS);
  /** @type {Map<number, number[]>} */ const byLength = new Map();
  tokenLists.forEach((ids, i) => {
    const length = Math.min(ids.length, MAX_TOKENS - 2);
    byLength.set(length, [...(byLength.get(length) ?? []), i]);
  });
  for (const [length, members] of byLength) {
    for (let start = 0; start < members.length; start += BATCH) {
      const batch = members.slice(start, start + BATCH);
      const ids = batch.flatMap((i) => [CLS, ...tokenLists[i].slice(0, length), SEP]).map(BigInt);
      const input = new Tensor("int64", BigInt64Array.from(ids), [batch.length, length + 2]);
      const { sentence } = await session.run({ ids: input });
      const pooled = /** @type {Float32Array} */ (sentence.data);
      batch.forEach((target, row) => {
        const vector = pooled.subarray(row * TEACHER_DIMENSIONS, (row + 1) * TEACHER_DIMENSIONS);
        const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
        vectors.set(
          vector.map((value) => value / norm),
          target * TEACHER_DIMENSIONS,
        );
      });
    }
  }
  return vectors;
}
