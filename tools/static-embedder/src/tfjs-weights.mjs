/** Reads the TensorFlow.js weight file: uint8 with one scale and minimum per tensor, back to f32. */
import { readFileSync } from "node:fs";

/** @typedef {{ shape: number[], values: Float32Array }} Tensor */

/**
 * Every float tensor of the model by its TensorFlow name.
 * @param {{ manifest: string, weights: string }} files
 * @returns {Map<string, Tensor>}
 */
export function readTfjsWeights(files) {
  const model = JSON.parse(readFileSync(files.manifest, "utf8"));
  const bytes = readFileSync(files.weights);
  const tensors = new Map();
  let offset = 0;
  for (const { name, shape, dtype, quantization } of model.weightsManifest[0].weights) {
    const size = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    if (quantization === undefined) {
      offset += size * (dtype === "bool" ? 1 : 4);
      continue;
    }
    if (quantization.dtype !== "uint8") throw new Error(`${name}: expected uint8 weights, found ${quantization.dtype}`);
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = bytes[offset + i] * quantization.scale + quantization.min;
    tensors.set(name, { shape, values });
    offset += size;
  }
  if (offset !== bytes.length)
    throw new Error(`weight file holds ${bytes.length} bytes, the manifest describes ${offset}`);
  return tensors;
}
