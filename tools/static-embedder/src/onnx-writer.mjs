/** Writes an ONNX model as protobuf bytes: the few message fields a BERT encoder needs, nothing more. */

const varint = (/** @type {number} */ value) => {
  const bytes = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
};
const number = (/** @type {number} */ field, /** @type {number} */ value) =>
  Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (/** @type {number} */ field, /** @type {Uint8Array} */ value) =>
  Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const text = (/** @type {number} */ field, /** @type {string} */ value) => bytes(field, Buffer.from(value));

const FLOAT = 1;
const INT = 2;
const INT64_LIST = 7;
export const elementType = { float32: 1, int64: 7 };

const attribute = (/** @type {string} */ name, /** @type {number | number[] | { float: number }} */ value) => {
  if (Array.isArray(value)) {
    const items = value.map((item) => number(8, item));
    return Buffer.concat([text(1, name), ...items, number(20, INT64_LIST)]);
  }
  if (typeof value === "number") return Buffer.concat([text(1, name), number(3, value), number(20, INT)]);
  const float = Buffer.alloc(4);
  float.writeFloatLE(value.float);
  return Buffer.concat([text(1, name), varint(2 * 8 + 5), float, number(20, FLOAT)]);
};

/** One graph node. @param {string} op @param {string[]} inputs @param {string} output @param {Record<string, number | number[] | { float: number }>} [attributes] */
export function node(op, inputs, output, attributes = {}) {
  return Buffer.concat([
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(3, output),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
  ]);
}

/** One constant. @param {string} name @param {number[]} shape @param {Float32Array | BigInt64Array} values */
export function initializer(name, shape, values) {
  const type = values instanceof Float32Array ? elementType.float32 : elementType.int64;
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([...shape.map((size) => number(1, size)), number(2, type), text(8, name), bytes(9, raw)]);
}

/** A graph input or output; a string names a free dimension. @param {string} name @param {number} type @param {(number | string)[]} shape */
export function valueInfo(name, type, shape) {
  const dimensions = shape.map((size) => bytes(1, typeof size === "number" ? number(1, size) : text(2, size)));
  const tensor = Buffer.concat([number(1, type), bytes(2, Buffer.concat(dimensions))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensor))]);
}

/** @param {{ name: string, opset: number, nodes: Buffer[], initializers: Buffer[], inputs: Buffer[], outputs: Buffer[] }} graph */
export function onnxModel(graph) {
  const body = Buffer.concat([
    ...graph.nodes.map((item) => bytes(1, item)),
    text(2, graph.name),
    ...graph.initializers.map((item) => bytes(5, item)),
    ...graph.inputs.map((item) => bytes(11, item)),
    ...graph.outputs.map((item) => bytes(12, item)),
  ]);
  return Buffer.concat([number(1, 8), bytes(7, body), bytes(8, number(2, graph.opset))]);
}
