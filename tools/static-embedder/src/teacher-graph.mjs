/** all-MiniLM-L6-v2 as an ONNX graph over the TensorFlow.js weights. */
import { elementType, initializer, node, onnxModel, valueInfo } from "./onnx-writer.mjs";

const LAYERS = 6;
const HEADS = 12;
const HEAD_SIZE = 32;
export const TEACHER_DIMENSIONS = HEADS * HEAD_SIZE;
const PREFIX = "StatefulPartitionedCall/model/tf_bert_model/bert/";

/**
 * The encoder for batches of equally long token lists: `ids` int64 [batch, length] in, mean-pooled `sentence` f32
 * [batch, 384] out (not normalised). Batches are never padded, so no attention mask is needed and a text's vector
 * cannot depend on its neighbours.
 * @param {Map<string, import("./tfjs-weights.mjs").Tensor>} weights
 */
export function teacherGraph(weights) {
  /** @type {Buffer[]} */ const nodes = [];
  /** @type {Buffer[]} */ const initializers = [];
  let counter = 0;

  const constant = (/** @type {number[]} */ shape, /** @type {Float32Array | BigInt64Array} */ values) => {
    const name = `constant${counter++}`;
    initializers.push(initializer(name, shape, values));
    return name;
  };
  const weight = (/** @type {string} */ name) => {
    const tensor = weights.get(name) ?? weights.get(PREFIX + name);
    if (tensor === undefined) throw new Error(`the teacher's weight file has no tensor ${name}`);
    return constant(tensor.shape, tensor.values);
  };
  const integers = (/** @type {number[]} */ values) => constant([values.length], BigInt64Array.from(values, BigInt));
  const scalar = (/** @type {number} */ value) => constant([], Float32Array.of(value));
  const run = (/** @type {string} */ op, /** @type {string[]} */ inputs, attributes = {}) => {
    const output = `value${counter++}`;
    nodes.push(node(op, inputs, output, attributes));
    return output;
  };
  const dense = (/** @type {string} */ input, /** @type {string} */ name) =>
    run("Add", [
      run("MatMul", [input, weight(`${name}/Tensordot/ReadVariableOp`)]),
      weight(`${name}/BiasAdd/ReadVariableOp`),
    ]);
  const layerNorm = (/** @type {string} */ input, /** @type {string} */ name) => {
    const [scale, bias] = [
      weight(`${name}/LayerNorm/batchnorm/mul/ReadVariableOp`),
      weight(`${name}/LayerNorm/batchnorm/ReadVariableOp`),
    ];
    return run("LayerNormalization", [input, scale, bias], { axis: 2, epsilon: { float: 1e-12 } });
  };
  const gelu = (/** @type {string} */ input) => {
    const erf = run("Erf", [run("Mul", [input, scalar(Math.SQRT1_2)])]);
    return run("Mul", [run("Mul", [input, run("Add", [erf, scalar(1)])]), scalar(0.5)]);
  };
  const splitHeads = (/** @type {string} */ input, /** @type {number[]} */ perm) =>
    run("Transpose", [run("Reshape", [input, integers([0, 0, HEADS, HEAD_SIZE])])], { perm });

  const embeddings = () => {
    const words = run("Gather", [weight("unknown"), "ids"]);
    const length = run("Slice", [run("Shape", ["ids"]), integers([1]), integers([2])]);
    const positions = run("Slice", [weight("unknown_0"), integers([0]), length, integers([0])]);
    const firstSegment = run("Gather", [weight("unknown_1"), constant([], BigInt64Array.of(0n))]);
    return layerNorm(run("Add", [run("Add", [words, positions]), firstSegment]), "embeddings");
  };
  const layer = (/** @type {string} */ input, /** @type {string} */ name) => {
    const query = splitHeads(dense(input, `${name}/attention/self/query`), [0, 2, 1, 3]);
    const key = splitHeads(dense(input, `${name}/attention/self/key`), [0, 2, 3, 1]);
    const value = splitHeads(dense(input, `${name}/attention/self/value`), [0, 2, 1, 3]);
    const scores = run("Mul", [run("MatMul", [query, key]), scalar(1 / Math.sqrt(HEAD_SIZE))]);
    const mixed = run("MatMul", [run("Softmax", [scores], { axis: 3 }), value]);
    const joined = run("Reshape", [
      run("Transpose", [mixed], { perm: [0, 2, 1, 3] }),
      integers([0, 0, TEACHER_DIMENSIONS]),
    ]);
    const attended = layerNorm(
      run("Add", [dense(joined, `${name}/attention/output/dense`), input]),
      `${name}/attention/output`,
    );
    const inner = dense(gelu(dense(attended, `${name}/intermediate/dense`)), `${name}/output/dense`);
    return layerNorm(run("Add", [inner, attended]), `${name}/output`);
  };

  let state = embeddings();
  for (let i = 0; i < LAYERS; i++) state = layer(state, `encoder/layer_._${i}`);
  nodes.push(node("ReduceMean", [state], "sentence", { axes: [1], keepdims: 0 }));
  return onnxModel({
    name: "all-MiniLM-L6-v2",
    opset: 17,
    nodes,
    initializers,
    inputs: [valueInfo("ids", elementType.int64, ["batch", "length"])],
    outputs: [valueInfo("sentence", elementType.float32, ["batch", TEACHER_DIMENSIONS])],
  });
}
