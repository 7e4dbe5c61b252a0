import { fold } from "./fold.js";
import type { Stemming } from "./stemming.js";

/** Letters, digits and the vowel signs that belong to them. An apostrophe ends a word: `Ann's` is Ann and s. */
const words = /[\p{L}\p{N}\p{M}]+/gu;

/** Scripts written without spaces, or, as Korean, with endings that no dictionary is here to take off. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
const runs = new RegExp(`(?<unspaced>${unspaced.source}+)|(?:(?!${unspaced.source}).)+`, "gu");

/** Whether a term is two neighbouring characters, not a word. */
export function isPair(term: string): boolean {
  return term.length > 1 && unspaced.test(term);
}

/** Longer ones are no words but encoded data; their beginning stands for them. */
const longestWord = 64;

/**
 * The terms of a text in its order: words folded, without stop words, by their stems; pairs of neighbouring characters
 * where words are not spaced.
 */
export function analyze(text: string, { stem, stopWords }: Stemming): string[] {
  const terms: string[] = [];
  const folded = fold(text);
  const isSpaced = !unspaced.test(folded);
  for (const word of folded.match(words) ?? []) {
    if (isSpaced || !unspaced.test(word)) addWord(word);
    else for (const run of word.matchAll(runs)) (run.groups?.["unspaced"] === undefined ? addWord : addPairs)(run[0]);
  }
  return terms;

  function addWord(word: string): void {
    if (stopWords.has(word)) return;
    terms.push(stem(word.length > longestWord ? word.slice(0, longestWord) : word));
  }

  function addPairs(run: string): void {
    const characters = [...run];
    if (characters.length === 1) terms.push(run);
    for (let at = 1; at < characters.length; at++) terms.push(characters[at - 1]! + characters[at]!);
  }
}
