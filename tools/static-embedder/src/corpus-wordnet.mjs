/** Training text from WordNet 3.1: what people say with a word (examples) and what it means (glosses). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wordNetFolder } from "./paths.mjs";
import { seededRandom, shuffled } from "./random.mjs";

const PARTS_OF_SPEECH = ["noun", "verb", "adj", "adv"];
const DEFINITIONS = 30_000;
const ENTRIES = 30_000;

/** @typedef {{ lemmas: string[], topic: number, definition: string, examples: string[] }} Synset */

/** @returns {Synset[]} */
export function readSynsets() {
  return PARTS_OF_SPEECH.flatMap((name) =>
    readFileSync(join(wordNetFolder, `data.${name}`), "utf8")
      .split("\n")
      .filter((line) => /^\d{8} /.test(line)) // the licence text at the top is indented
      .map(parseSynset),
  );
}

/** Line format: wndb(5WN); the word count is hexadecimal. @param {string} line @returns {Synset} */
function parseSynset(line) {
  const bar = line.indexOf(" | ");
  const fields = line.slice(0, bar).split(" ");
  const wordCount = Number.parseInt(fields[3], 16);
  const lemmas = [];
  for (let i = 0; i < wordCount; i++) lemmas.push(fields[4 + 2 * i].replace(/\(\w+\)$/, "").replaceAll("_", " "));
  const gloss = line.slice(bar + 3).trim();
  const firstQuote = gloss.indexOf('"');
  const definition = (firstQuote < 0 ? gloss : gloss.slice(0, firstQuote)).replace(/[;:,\s]+$/, "");
  const examples =
    firstQuote < 0 ? [] : [...gloss.slice(firstQuote).matchAll(/"([^"]{8,})"/g)].map((match) => match[1].trim());
  return { lemmas, topic: Number(fields[1]), definition, examples };
}

/**
 * Three bodies of text: every example sentence; definitions alone; and `lemma, lemma: definition` entries, which are
 * what teaches rare word pieces.
 * @param {Synset[]} synsets
 * @returns {Record<"examples" | "definitions" | "entries", string[]>}
 */
export function wordNetCorpora(synsets) {
  const mixed = shuffled(synsets, seededRandom(31)).filter((synset) => synset.definition.length > 0);
  return {
    examples: mixed.flatMap((synset) => synset.examples),
    definitions: mixed.slice(0, DEFINITIONS).map((synset) => synset.definition),
    entries: mixed
      .slice(DEFINITIONS, DEFINITIONS + ENTRIES)
      .map((synset) => `${synset.lemmas.slice(0, 4).join(", ")}: ${synset.definition}`),
  };
}
