import { describe, expect, it } from "vitest";
import { createCursors } from "./cursors.js";

const cursors = createCursors("a secret");
const memories = { kind: "memories", owner: "acme" };
const refusal = expect.objectContaining({
  code: "unprocessable",
  details: { issues: [expect.objectContaining({ field: "cursor" })] },
});

describe("a cursor", () => {
  it("gives back the position it was made of", () => {
    expect(cursors.decode(memories, cursors.encode(memories, ["42", "x"]))).toEqual(["42", "x"]);
  });

  it("is no position when absent", () => {
    expect(cursors.decode(memories, undefined)).toBeUndefined();
  });

  it("tells nothing of its position, not even by its length or by what it has in common with others", () => {
    const made = Array.from({ length: 200 }, (_, index) => cursors.encode(memories, [String(index ** 6)]));
    expect(new Set(made.map((cursor) => cursor.length)).size).toBe(1);
    const bytes = made.map((cursor) => Buffer.from(cursor, "base64url"));
    for (let place = 0; place < bytes[0]!.length; place++) {
      expect(new Set(bytes.map((each) => each[place])).size).toBeGreaterThan(50);
    }
  });

  it("is refused where any bit of it is changed", () => {
    const bytes = Buffer.from(cursors.encode(memories, ["42"]), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => cursors.decode(memories, changed.toString("base64url"))).toThrow(refusal);
    }
  });

  it.each([
    ["of another list", cursors.encode({ ...memories, kind: "queries" }, ["42"])],
    ["of another project", cursors.encode({ ...memories, owner: "emca" }, ["42"])],
    ["of another store", createCursors("another secret").encode(memories, ["42"])],
    ["that is too short", Buffer.alloc(16).toString("base64url")],
    ["that is no base64", "not a cursor!"],
    ["of before they were sealed", Buffer.from(`["memories","42"]`).toString("base64url")],
  ])("is refused when it is one %s", (_, cursor) => {
    expect(() => cursors.decode(memories, cursor)).toThrow(refusal);
  });
});
