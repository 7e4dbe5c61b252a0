/** "PSTE", the first four bytes of a table file. */
const MAGIC = 0x45545350;
/**
 * Of the layout and of the way rows become a vector (tokens, weights, sum). Raise it here and in the build when either
 * changes: it is part of the file, so the embedder's id changes with it and old vectors are not compared with new ones.
 */
const VERSION = 1;
const HEADER_BYTES = 32;

/** The rows behind the built-in embedder, one per word piece. */
export interface StaticTable {
  readonly dimensions: number;
  /** Word pieces in the order of their ids. */
  readonly vocabulary: readonly string[];
  /** One factor per row. */
  readonly scales: Float32Array;
  /** `vocabulary.length` rows of `dimensions` values; a row's vector is its values times its scale. */
  readonly rows: Int8Array;
}

/**
 * Reads a table file. Layout, little-endian: u32 magic "PSTE", u32 version 1, u32 dimensions, u32 row count,
 * u32 vocabulary bytes (a multiple of 4), f32 noise similarity (for the record), 8 bytes of zero; the vocabulary (UTF-8, pieces joined
 * by line feeds, padded with zero bytes); one f32 scale per row; the rows as int8.
 * @throws Error when the file is not such a table, is of another version or was cut short.
 */
export function parseStaticTable(bytes: Uint8Array): StaticTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new Error("not a static embedding table: the magic number is missing");
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) {
    throw new Error(`static embedding table of version ${version}, expected ${VERSION}`);
  }
  const dimensions = view.getUint32(8, true);
  const rowCount = view.getUint32(12, true);
  const vocabularyBytes = view.getUint32(16, true);
  const scalesStart = HEADER_BYTES + vocabularyBytes;
  const rowsStart = scalesStart + 4 * rowCount;
  const size = rowsStart + rowCount * dimensions;
  if (bytes.byteLength !== size) {
    throw new Error(`static embedding table of ${bytes.byteLength} bytes, expected ${size}`);
  }

  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(HEADER_BYTES, scalesStart));
  const vocabulary = text.replace(/\0+$/, "").split("\n");
  if (vocabulary.length !== rowCount) {
    throw new Error(`static embedding table with ${vocabulary.length} pieces for ${rowCount} rows`);
  }
  const scales = new Float32Array(rowCount);
  // Read one by one, so neither the machine's byte order nor the buffer's alignment matters.
  for (let row = 0; row < rowCount; row++) scales[row] = view.getFloat32(scalesStart + 4 * row, true);
  return {
    dimensions,
    vocabulary,
    scales,
    rows: new Int8Array(bytes.buffer, bytes.byteOffset + rowsStart, rowCount * dimensions),
  };
}
