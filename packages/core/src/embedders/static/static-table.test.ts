import { describe, expect, it } from "vitest";
import { parseStaticTable } from "./static-table.js";

/** A table of two pieces and two dimensions, laid out as parseStaticTable documents. */
function smallTable(): Uint8Array {
  const bytes = Buffer.alloc(32 + 8 + 8 + 4);
  bytes.write("PSTE", "latin1");
  [1, 2, 2, 8].forEach((value, i) => bytes.writeUInt32LE(value, 4 + 4 * i));
  bytes.writeFloatLE(0.25, 20);
  bytes.write("[UNK]\na", 32);
  bytes.writeFloatLE(0.5, 40);
  bytes.writeFloatLE(2, 44);
  new Int8Array(bytes.buffer, bytes.byteOffset + 48).set([1, -2, 3, 127]);
  return bytes;
}

describe("parseStaticTable", () => {
  it("reads vocabulary, scales and rows", () => {
    const table = parseStaticTable(smallTable());
    expect(table).toMatchObject({ dimensions: 2, vocabulary: ["[UNK]", "a"] });
    expect([...table.scales]).toEqual([0.5, 2]);
    expect([...table.rows]).toEqual([1, -2, 3, 127]);
  });

  it("reads a table that starts at an odd place of its buffer", () => {
    const shifted = new Uint8Array(smallTable().length + 3);
    shifted.set(smallTable(), 3);
    expect(parseStaticTable(shifted.subarray(3)).scales[1]).toBe(2);
  });

  it.each([
    ["another kind of file", (bytes: Uint8Array) => bytes.fill(7, 0, 4), "magic"],
    ["an empty file", () => new Uint8Array(0), "magic"],
    ["another version", (bytes: Uint8Array) => bytes.fill(9, 4, 5), "version 9"],
    ["a file cut short", (bytes: Uint8Array) => bytes.subarray(0, -1), "51 bytes, expected 52"],
    ["a vocabulary of another length", (bytes: Uint8Array) => bytes.fill(65, 37, 38), "1 pieces for 2 rows"],
  ])("refuses %s", (_, change, message) => {
    expect(() => parseStaticTable(change(smallTable()))).toThrow(message);
  });
});
