import { languages } from "@persisto/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "./analyze.js";
import { loadStemming } from "./stemming.js";

const english = await loadStemming("english");
const simple = await loadStemming("simple");

describe("analyze", () => {
  it("gives the stems of words, without stop words", () => {
    expect(analyze("The runners were running, and they had RUN.", english)).toEqual(["runner", "run", "run"]);
  });

  it("keeps words as they are in simple, but for case and accents", () => {
    expect(analyze("The Cafés were running", simple)).toEqual(["the", "cafes", "were", "running"]);
  });

  it.each([
    ["accents", "Zoë's café in Århus", ["zoe", "s", "cafe", "in", "arhus"]],
    ["full width", "ＡＢＣ１２３", ["abc123"]],
    [
      "hyphens, slashes and dots",
      "state-of-the-art and/or Node.js v1.2",
      "state of the art and or node js v1 2".split(" "),
    ],
    ["addresses", "mail ada@example.com", ["mail", "ada", "example", "com"]],
    ["capital letters that lower to two", "İstanbul STRASSE straße", ["istanbul", "strasse", "straße"]],
  ])("sees through %s", (_, text, terms) => {
    expect(analyze(text, simple)).toEqual(terms);
  });

  it.each([
    ["Chinese", "我喜欢猫", ["我喜", "喜欢", "欢猫"]],
    ["one ideograph", "猫", ["猫"]],
    ["Japanese", "カレーが好き", ["カレ", "レー", "ーが", "が好", "好き"]],
    ["Korean", "한국어", ["한국", "국어"]],
    ["Thai, whose last vowel has two parts", "แมวดำ", ["แม", "มว", "วด", "ด\u0e4d", "\u0e4d\u0e32"]],
    ["a mixture", "iPhone手机 2024年", ["iphone", "手机", "2024", "年"]],
    ["ideographs beyond the basic plane", "𠀀𠀁", ["𠀀𠀁"]],
  ])("finds %s by pairs of characters", (_, text, terms) => {
    expect(analyze(text, simple)).toEqual(terms);
  });

  it("finds German and English stop words where they belong", async () => {
    const german = await loadStemming("german");
    expect(analyze("Die Häuser für die Hunde", german)).toEqual(["haus", "hund"]);
  });

  it("knows every language by name", async () => {
    for (const language of languages) {
      const stemming = await loadStemming(language);
      expect(analyze("alpha 123", stemming).length, language).toBe(2);
    }
  });

  it("cuts what is too long for a word", () => {
    expect(analyze("x".repeat(10_000), simple)).toEqual(["x".repeat(64)]);
  });

  it("finds the same terms in a text whatever its Unicode form, and never an empty one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const terms = analyze(text.normalize("NFC"), simple);
        expect(analyze(text.normalize("NFD"), simple)).toEqual(terms);
        expect(terms).not.toContain("");
      }),
    );
  });
});
