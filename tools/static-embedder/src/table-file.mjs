/** Writes the table file; parseStaticTable in @persisto/core reads it and documents the layout. */

const MAGIC = "PSTE";
const VERSION = 1;
const HEADER_BYTES = 32;

/**
 * int8 rows with one scale each: a row's direction survives whatever its length.
 * @param {{ table: Float32Array, dimensions: number, vocabulary: string[], noiseSimilarity: number }} job
 * @returns {Buffer}
 */
export function tableFile({ table, dimensions, vocabulary, noiseSimilarity }) {
  const { scales, rows } = quantised(table, dimensions);
  const text = Buffer.from(vocabulary.join("\n"));
  const vocabularyBytes = Math.ceil(text.length / 4) * 4;
  const header = Buffer.alloc(HEADER_BYTES + vocabularyBytes);
  header.write(MAGIC, "latin1");
  [VERSION, dimensions, vocabulary.length, vocabularyBytes].forEach((value, i) =>
    header.writeUInt32LE(value, 4 + 4 * i),
  );
  header.writeFloatLE(noiseSimilarity, 20);
  text.copy(header, HEADER_BYTES);
  const scaleBytes = Buffer.alloc(4 * scales.length);
  scales.forEach((scale, row) => scaleBytes.writeFloatLE(scale, 4 * row));
  return Buffer.concat([header, scaleBytes, Buffer.from(rows.buffer)]);
}

/** @param {Float32Array} table @param {number} dimensions */
function quantised(table, dimensions) {
  const scales = new Float32Array(table.length / dimensions);
  const rows = new Int8Array(table.length);
  for (let row = 0; row < scales.length; row++) {
    const values = table.subarray(row * dimensions, (row + 1) * dimensions);
    const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    scales[row] = largest / 127;
    if (largest > 0) values.forEach((value, i) => (rows[row * dimensions + i] = Math.round((value / largest) * 127)));
  }
  return { scales, rows };
}
