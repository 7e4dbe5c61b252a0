/** Trains one row per word piece so that the sum of a text's rows points where the teacher's vector points. */
import { progress } from "./progress.mjs";
import { shuffled } from "./random.mjs";

/**
 * Stochastic gradient on 1 - cosine, with one Adagrad rate per row: rare pieces keep a large step, common ones settle.
 * The length of a row is free, so the training also learns how much each word piece counts.
 * @param {{ table: Float32Array, dimensions: number, tokenLists: number[][], targets: Float32Array[], epochs: number, rate: number, random: () => number }} job
 *   `table` is changed in place; `targets` are unit vectors.
 */
export function train({ table, dimensions, tokenLists, targets, epochs, rate, random }) {
  const squares = new Float64Array(table.length / dimensions);
  const sum = new Float32Array(dimensions);
  const gradient = new Float32Array(dimensions);
  const order = tokenLists.map((_, i) => i).filter((i) => tokenLists[i].length > 0);
  const report = progress("training", epochs);
  for (let epoch = 0; epoch < epochs; epoch++) {
    let total = 0;
    // The step falls to zero over the run, which is worth about one more point of cosine than a constant one.
    const step = rate * (1 - epoch / epochs);
    for (const i of shuffled(order, random)) {
      const ids = tokenLists[i];
      const target = targets[i];
      addRows({ table, dimensions, ids, into: sum.fill(0) });
      let [square, along] = [0, 0];
      for (let d = 0; d < dimensions; d++) {
        square += sum[d] * sum[d];
        along += sum[d] * target[d];
      }
      const norm = Math.sqrt(square) + 1e-9;
      const cosine = along / norm;
      total += cosine;
      let gradientSquare = 0;
      for (let d = 0; d < dimensions; d++) {
        gradient[d] = (target[d] - (cosine * sum[d]) / norm) / norm;
        gradientSquare += gradient[d] * gradient[d];
      }
      for (const id of ids) {
        squares[id] += gradientSquare / dimensions;
        const factor = step / (Math.sqrt(squares[id]) + 1e-8);
        const row = id * dimensions;
        for (let d = 0; d < dimensions; d++) table[row + d] += factor * gradient[d];
      }
    }
    report(epoch + 1, `cosine ${(total / order.length).toFixed(4)}`);
  }
}

/** @param {{ table: Float32Array, dimensions: number, ids: number[], into: Float32Array }} job */
function addRows({ table, dimensions, ids, into }) {
  for (const id of ids) {
    const row = id * dimensions;
    for (let d = 0; d < dimensions; d++) into[d] += table[row + d];
  }
}
