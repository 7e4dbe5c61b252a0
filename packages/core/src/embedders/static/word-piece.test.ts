import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseStaticTable } from "./static-table.js";
import { WordPiece } from "./word-piece.js";

/** Made by the teacher's tokenizer.json run by @huggingface/tokenizers 0.2.0, without [CLS] and [SEP]. */
const reference: [text: string, ids: number[]][] = [
  ["The user's favourite colour is dark-blue.", [1996, 5310, 1005, 1055, 8837, 6120, 2003, 2601, 1011, 2630, 1012]],
  [
    "Élodie's café in Zürich: naïve, déjà vu!",
    [3449, 7716, 2666, 1005, 1055, 7668, 1999, 10204, 1024, 15743, 1010, 2139, 3900, 24728, 999],
  ],
  ["unaffable antidisestablishmentarianism", [14477, 20961, 3468, 3424, 10521, 4355, 7875, 13602, 3672, 12199, 2964]],
  [
    "email me@example.com by 2024-05-08, 10:30pm",
    [10373, 2033, 1030, 2742, 1012, 4012, 2011, 16798, 2549, 1011, 5709, 1011, 5511, 1010, 2184, 1024, 2382, 9737],
  ],
  [
    "C++ / C# / $5.00 = 5€ + 3^2 ~ `x` | <b>",
    [
      1039, 1009, 1009, 1013, 1039, 1001, 1013, 1002, 1019, 1012, 4002, 1027, 1019, 30102, 1009, 1017, 1034, 1016, 1066,
      1036, 1060, 1036, 1064, 1026, 1038, 1028,
    ],
  ],
  ["東京は日本の首都です", [1879, 1755, 1672, 1864, 1876, 1671, 100, 1961, 1665, 30184]],
  ["한국어 문장", [1469, 30006, 30021, 29991, 30014, 30020, 29999, 30008, 1459, 30014, 30021, 30000, 30006, 30025]],
  [
    "Привет, мир! Ελληνικός",
    [
      1194, 16856, 10325, 25529, 15290, 22919, 1010, 1191, 10325, 16856, 999, 1159, 29727, 29727, 24824, 16177, 18199,
      29726, 15297,
    ],
  ],
  ["नमस्ते दुनिया", [1327, 29867, 29874, 29859, 1325, 29863, 29877, 29868, 29876]],
  ["مرحبا بالعالم", [1295, 17149, 29820, 29816, 25573, 1271, 25573, 23673, 29830, 25573, 23673, 22192]],
  ["👍🏽 great 👨\u200d👩\u200d👧", [100, 2307, 100]],
  ["zero\u200bwidth and\u00a0non-breaking\u00adspaces", [5717, 9148, 11927, 2232, 1998, 2512, 1011, 4911, 23058, 2015]],
  ["a\u0301\u0301 \u0301", [1037]],
  ["tabs\tand\r\nlines\u0000null", [21628, 2015, 1998, 3210, 11231, 3363]],
  ["İstanbul ſtraße ﬁ Ⅷ", [9960, 100, 1984, 100]],
  ["x".repeat(100), [22038, ...Array<number>(49).fill(20348)]],
  ["x".repeat(101), [100]],
  ["   ", []],
];

describe("WordPiece", () => {
  const { vocabulary } = parseStaticTable(
    readFileSync(new URL("../../../data/static-minilm-256.bin", import.meta.url)),
  );
  const wordPiece = new WordPiece(vocabulary);

  it.each(reference)("splits %j as the teacher's tokenizer does", (text, ids) => {
    expect(wordPiece.encode(text)).toEqual(ids);
  });

  it("takes every rare ideograph as a word of its own, as the original BERT does", () => {
    expect(wordPiece.encode("\u{20000}\u{20001}")).toEqual([100, 100]);
  });

  it("reads the name of a special piece as plain text", () => {
    expect(wordPiece.encode("[MASK]")).toEqual(wordPiece.encode("[ mask ]"));
  });

  it("gives the same pieces after it has met more words than it remembers", () => {
    const first = wordPiece.encode("unaffable antidisestablishmentarianism");
    for (let i = 0; i < 30_000; i++) wordPiece.encode(`qz${i}x`);
    expect(wordPiece.encode("unaffable antidisestablishmentarianism")).toEqual(first);
  });

  it("refuses a vocabulary without [UNK]", () => {
    expect(() => new WordPiece(["a", "b"])).toThrow("[UNK]");
  });
});
