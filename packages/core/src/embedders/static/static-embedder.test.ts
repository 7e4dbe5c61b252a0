import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Embedder } from "@persisto/contract";
import { beforeAll, describe, expect, it } from "vitest";
import { staticEmbedder } from "./static-embedder.js";
import type { StaticTable } from "./static-table.js";
import { tableEmbedder } from "./table-embedder.js";

const dataFile = (name: string) => readFileSync(new URL(`../../../data/${name}`, import.meta.url));
const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

let embedder: Embedder;
beforeAll(async () => {
  embedder = await staticEmbedder();
});

const embed = async (text: string) => {
  const [vector] = await embedder.embed([text], { kind: "document" });
  if (vector === undefined) throw new Error("no vector");
  return vector;
};

describe("staticEmbedder", () => {
  it("is named after the checksum of the table it read", () => {
    const sha256 = createHash("sha256").update(dataFile("static-minilm-256.bin")).digest("hex");
    expect(dataFile("static-minilm-256.sha256").toString()).toBe(`${sha256}  static-minilm-256.bin\n`);
    expect(embedder.id).toBe(`local/static-minilm-256@${sha256.slice(0, 8)}`);
  });

  it("describes itself", () => {
    expect(embedder).toMatchObject({ dimensions: 256, maxTokens: 512 });
  });

  it("reads its table once", async () => {
    expect(await staticEmbedder()).toBe(embedder);
  });

  it("gives no vectors for no texts", async () => {
    expect(await embedder.embed([], { kind: "query" })).toEqual([]);
  });

  it("counts word pieces", () => {
    expect(embedder.countTokens?.("Unaffable, they said.")).toBe(7);
    expect(embedder.countTokens?.("")).toBe(0);
  });

  it("gives a text the same bits alone, in a batch, as a query and again", async () => {
    const texts = ["The cat sleeps.", "", "Anna (8 May 2023): I moved to Lisbon!", "the the the", "😀"];
    const batch = await embedder.embed(texts, { kind: "document" });
    for (const [i, text] of texts.entries()) {
      expect(await embed(text)).toEqual(batch[i]);
      expect(await embedder.embed([text], { kind: "query" })).toEqual([batch[i]]);
    }
  });

  it("gives vectors of its own to every caller", async () => {
    (await embed("")).fill(0);
    expect(cosine(await embed(""), await embed(""))).toBeCloseTo(1, 5);
  });

  it.each([
    ["empty text", ""],
    ["white space", " \n\t "],
    ["an emoji", "👨‍👩‍👧"],
    ["zero-width characters", "\u200b\u200d\ufeff"],
    ["combining marks alone", "\u0301\u0302\u0303"],
    ["lone surrogates", "\ud800 \udc00"],
    ["control characters", "\u0000\u0001\u001f"],
    ["Chinese", "记忆服务在哪里保存数据？"],
    ["punctuation", "!?!?...---"],
    ["one word of 256 KiB", "x".repeat(256 * 1024)],
    ["many words", "the cat and the dog ".repeat(20_000)],
  ])("gives a vector of length 1 for %s", async (_, text) => {
    const vector = await embed(text);
    expect(vector).toHaveLength(256);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  it.each([
    ["I bought a new bicycle yesterday", "Yesterday she purchased a bike", "The database migration failed"],
    ["What is Tom allergic to?", "Tom gets a rash when he eats peanuts", "Tom flew to Madrid in spring"],
    ["The physician treated the patient", "A doctor cared for someone ill", "We watched the football match"],
    ["Which language does the team code in?", "The developers write Python", "The garden needs watering"],
  ])("finds %j closer to %j than to %j", async (question, near, far) => {
    const [q, n, f] = [await embed(question), await embed(near), await embed(far)];
    expect(cosine(q, n)).toBeGreaterThan(cosine(q, f) + 0.1);
  });

  it("stops when it is told to", async () => {
    const options = { kind: "document", signal: AbortSignal.abort() } as const;
    await expect(embedder.embed(["text"], options)).rejects.toThrow("aborted");
  });
});

describe("tableEmbedder", () => {
  const table: StaticTable = {
    dimensions: 2,
    vocabulary: ["[UNK]", "up", "down"],
    scales: Float32Array.of(1, 0.5, 0.5),
    rows: Int8Array.of(3, 4, 0, 2, 0, -2),
  };

  it("gives the unknown word's vector when the rows of a text cancel out", async () => {
    const [vector] = await tableEmbedder(table, "small").embed(["up down"], { kind: "document" });
    expect([...(vector ?? [])]).toEqual([...Float32Array.of(0.6, 0.8)]);
  });

  it("counts a word said 16 times as 8", async () => {
    const text = `${"up ".repeat(16)}[unk]`; // "[", "unk" and "]" are unknown: 3 ** 0.75 of row 0
    const [vector] = await tableEmbedder(table, "small").embed([text], { kind: "document" });
    const unknown = 3 ** 0.75;
    const sum = [3 * unknown, 4 * unknown + 8];
    expect(vector?.[0]).toBeCloseTo((sum[0] ?? 0) / Math.hypot(...sum), 5);
  });

  it("refuses a table whose unknown word has no direction", () => {
    expect(() => tableEmbedder({ ...table, scales: Float32Array.of(0, 1, 1) }, "small")).toThrow("[UNK]");
  });
});
