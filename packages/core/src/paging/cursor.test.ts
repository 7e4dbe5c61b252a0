import { describe, expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "./cursor.js";

const anything = (): boolean => true;

describe("a cursor", () => {
  it("gives back the position it was made of", () => {
    expect(decodeCursor("memories", encodeCursor("memories", ["42", "x"]), anything)).toEqual(["42", "x"]);
  });

  it("is no position when absent", () => {
    expect(decodeCursor("memories", undefined, anything)).toBeUndefined();
  });

  it.each([
    ["of another verb", encodeCursor("queries", ["42"])],
    ["that is no base64 of JSON", "not a cursor"],
    ["of another shape", Buffer.from(`{"a":1}`).toString("base64url")],
    ["with numbers instead of texts", Buffer.from(`["memories",42]`).toString("base64url")],
  ])("is refused when it is one %s", (_, cursor) => {
    expect(() => decodeCursor("memories", cursor, anything)).toThrow(
      expect.objectContaining({
        code: "unprocessable",
        details: { issues: [expect.objectContaining({ field: "cursor" })] },
      }),
    );
  });

  it("is refused when its position is not one of the list", () => {
    expect(() => decodeCursor("memories", encodeCursor("memories", ["x"]), () => false)).toThrow(/cursor/);
  });
});
