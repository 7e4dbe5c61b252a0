/** Keeps the directions that tell texts apart: a rotation of the table to fewer dimensions. */
import { progress } from "./progress.mjs";

const MAX_SWEEPS = 12;

/**
 * The strongest axes are dropped: they are what all texts share. One in a hundred dimensions is the rule of Mu and
 * Viswanath, "All-but-the-Top" (ICLR 2018); here it is worth 1 point of recall on LoCoMo and 2 on BEAM.
 * @param {{ table: Float32Array, dimensions: number, weights: Float64Array, keep: number }} job
 *   `weights` says how often each row is used, so that the frequent rows decide.
 * @returns {Float32Array} the table in `keep` dimensions
 */
export function rotated({ table, dimensions, weights, keep }) {
  const drop = Math.floor(dimensions / 100);
  const axes = principalAxes(secondMoments({ table, dimensions, weights }), dimensions).slice(drop, drop + keep);
  const count = table.length / dimensions;
  const result = new Float32Array(count * keep);
  for (let row = 0; row < count; row++) {
    axes.forEach((axis, k) => {
      let sum = 0;
      for (let d = 0; d < dimensions; d++) sum += axis[d] * table[row * dimensions + d];
      result[row * keep + k] = sum;
    });
  }
  return result;
}

/** @param {{ table: Float32Array, dimensions: number, weights: Float64Array }} job */
function secondMoments({ table, dimensions, weights }) {
  const moments = new Float64Array(dimensions * dimensions);
  weights.forEach((weight, row) => {
    if (weight === 0) return;
    for (let i = 0; i < dimensions; i++) {
      const scaled = weight * table[row * dimensions + i];
      for (let j = 0; j < dimensions; j++) moments[i * dimensions + j] += scaled * table[row * dimensions + j];
    }
  });
  return moments;
}

/** Eigenvectors of a symmetric matrix by Jacobi rotations, largest eigenvalue first. @param {Float64Array} matrix changed in place @param {number} n */
function principalAxes(matrix, n) {
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  const report = progress("rotation", MAX_SWEEPS);
  for (let sweep = 1; sweep <= MAX_SWEEPS && offDiagonalShare(matrix, n) > 1e-18; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) annihilate(matrix, vectors, { p, q, n });
    report(sweep);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => matrix[b * n + b] - matrix[a * n + a]);
  return order.map((i) => vectors.subarray(i * n, (i + 1) * n));
}

/** @param {Float64Array} matrix @param {number} n */
function offDiagonalShare(matrix, n) {
  let [off, diagonal] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) diagonal += matrix[i * n + j] ** 2;
      else off += matrix[i * n + j] ** 2;
    }
  }
  return off / diagonal;
}

/** One rotation that makes entry (p, q) zero. @param {Float64Array} matrix @param {Float64Array} vectors @param {{ p: number, q: number, n: number }} at */
function annihilate(matrix, vectors, { p, q, n }) {
  const entry = matrix[p * n + q];
  if (entry === 0) return;
  const theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * entry);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const turn = (/** @type {Float64Array} */ values, /** @type {number} */ a, /** @type {number} */ b) => {
    const [x, y] = [values[a], values[b]];
    values[a] = cosine * x - sine * y;
    values[b] = sine * x + cosine * y;
  };
  for (let k = 0; k < n; k++) turn(matrix, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(matrix, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(vectors, p * n + k, q * n + k); // rows of `vectors` are the axes
}
