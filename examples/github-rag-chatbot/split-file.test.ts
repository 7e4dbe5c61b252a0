import { describe, expect, it } from "vitest";
import { splitFile } from "./split-file.js";

const body = (count: number) => Array.from({ length: count }, (_, index) => `  step(${index});`).join("\n");

describe("splitFile", () => {
  it("begins a passage where a declaration begins, with the lines that belong to it", () => {
    const text = `import a from "a";\n\nfunction first() {\n${body(12)}\n}\n\n/** The second. */\nfunction second() {\n${body(3)}\n}\n`;
    const passages = splitFile(text);
    expect(passages.map(({ from, to }) => [from, to])).toEqual([
      [1, 16],
      [18, 23],
    ]);
    expect(passages[1]?.text).toMatch(/^\/\*\* The second\. \*\/\nfunction second\(\) \{\n[^]*\}$/);
  });

  it("begins a passage at a heading", () => {
    const text = `# One\n\n${"A line.\n".repeat(4)}\n## Two\nMore.\n`;
    expect(splitFile(text).map((passage) => passage.text.split("\n")[0])).toEqual(["# One", "## Two"]);
  });

  it("cuts what is too long at its last blank line, and what has none where it is full", () => {
    const [first, second] = splitFile(`class Long {\n${body(30)}\n\n${body(30)}\n}`);
    expect([first?.from, first?.to, second?.from]).toEqual([1, 31, 33]);
    expect(splitFile(body(100)).map(({ from, to }) => to - from + 1)).toEqual([40, 40, 20]);
    expect(splitFile(`${"x".repeat(900)}\n`.repeat(4)).map(({ from, to }) => [from, to])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
  });

  it("loses no line that is not blank, whatever ends the lines", () => {
    const lines = Array.from({ length: 300 }, (_, index) =>
      index % 7 === 0 ? "" : `${index % 5 ? "  " : ""}line ${index}`,
    );
    for (const end of ["\n", "\r\n"]) {
      const passages = splitFile(lines.join(end));
      for (const { from, to, text } of passages) expect(text).toBe(lines.slice(from - 1, to).join("\n"));
      const covered = passages.flatMap(({ from, to }) => lines.slice(from - 1, to));
      expect(covered.filter(Boolean)).toEqual(lines.filter(Boolean));
    }
  });

  it("makes nothing of an empty file", () => {
    expect(splitFile("")).toEqual([]);
    expect(splitFile("\n \n\n")).toEqual([]);
  });
});
