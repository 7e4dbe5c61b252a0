import { languages } from "@persisto/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitQuery } from "./exclusions.js";
import { textAnalyzer } from "./text-analyzer.js";

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
const spaced = (text: string): string => wordsOf(text).join(" ");

describe("splitQuery", () => {
  it.each([
    ["trains to the coast, but not on Sunday", "trains to the coast", "on Sunday"],
    ["novels (excluding crime, and horror) by women", "novels by women", "crime, and horror"],
    ["Excluding Berlin, which cities did they visit?", "which cities did they visit", "Berlin"],
    ["who came to the party except for Tom?", "who came to the party", "Tom"],
    ["hobbies other than chess", "hobbies", "chess"],
    ["Summarise the trip without mentioning the accident.", "Summarise the trip", "the accident"],
    ["Describe the house, but do not mention the roof", "Describe the house but", "the roof"],
    ["poems (excluding odes) and songs (excluding hymns)", "poems and songs", "odes, hymns"],
  ])("takes what is not wanted out of %j", (query, wanted, excluded) => {
    const split = splitQuery(query, "english");
    expect([spaced(split.wanted), split.excluded]).toEqual([wanted, excluded]);
  });

  it.each([
    "Why did I not get the parcel?",
    "I got the card, but not the PIN.",
    "The card was used without my permission.",
    "What sports does he like besides tennis?",
    "What did she buy instead of the bike?",
    "Why don't you mention Anna?",
    "Why did the team exclude Ben?",
    "Nothing changed except that it rained.",
    "an exceptional excluding", // nothing after it
  ])("leaves %j as it is", (query) => {
    expect(splitQuery(query, "english")).toEqual({ wanted: query, excluded: null });
  });

  it.each([
    ["german", "Bücher über Wien, ausgenommen Krimis", "Bücher über Wien"],
    ["french", "les villes à l’exception de Lyon", "les villes"],
    ["spanish", "ciudades excepto Madrid", "ciudades"],
    ["italian", "città tranne Roma", "città"],
    ["portuguese", "cidades exceto Lisboa", "cidades"],
    ["dutch", "steden behalve Utrecht", "steden"],
  ] as const)("knows the words of %s", (language, query, wanted) => {
    expect(spaced(splitQuery(query, language).wanted)).toBe(wanted);
    expect(splitQuery(query, "simple").excluded).toBeNull();
  });

  it("neither invents nor loses a word, and leaves nothing to be taken out again", () => {
    const cue = fc.constantFrom("excluding", "but not", "except for", "other than", "without mentioning", "tranne");
    const piece = fc.oneof(cue, fc.string(), fc.constantFrom("(", ")", ", ", ". ", "tea", "Oslo", "I", "\n"));
    const query = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(" "));
    fc.assert(
      fc.property(query, fc.constantFrom(...languages), (text, language) => {
        const { wanted, excluded } = splitQuery(text, language);
        const left = wordsOf(text);
        for (const word of [...wordsOf(wanted), ...wordsOf(excluded ?? "")]) expect(left).toContain(word);
        if (excluded === null) expect(wanted).toBe(text);
        else expect(splitQuery(wanted, language).excluded).toBeNull();
      }),
    );
  });
});

describe("a text analyzer", () => {
  it("excludes nothing from a query that would want nothing else", async () => {
    const { split } = await textAnalyzer({ projectId: "p", namespace: "n", language: "english" });
    for (const query of ["Other than his work what was he famous for?", "without mentioning the roof", "but not me"]) {
      expect(split(query)).toEqual({ wanted: query, excluded: null });
    }
    expect(split("fruit, but not apples").excluded).toBe("apples");
  });
});
