import { createRandom, randomBelow } from "./random.js";

/** Made-up words, commonest first, with how often each is used. */
export interface Vocabulary {
  readonly words: readonly string[];
  /** Share of all words that the word of this rank is, 0..1. */
  share(rank: number): number;
  /** The rank of a word drawn by these shares. */
  draw(random: () => number): number;
}

const size = 30_000;

/** Zipf's law with Mandelbrot's shift: the commonest content word is in about every seventh text, as in English. */
const shift = 20;

const onsets = "b d f g k l m n p r s t v z br dr kl pl st tr".split(" ");
const vowels = "a e i o u".split(" ");
const endings = "k l m n p r s t x".split(" ");

export function createVocabulary(): Vocabulary {
  const words = makeWords();
  const upTo = new Float64Array(size);
  let sum = 0;
  for (let rank = 0; rank < size; rank++) upTo[rank] = sum += 1 / (rank + 1 + shift);
  return {
    words,
    share: (rank) => 1 / (rank + 1 + shift) / sum,
    draw: (random) => firstAtLeast(upTo, random() * sum),
  };
}

/** Number of topics; a word belongs to one of them. */
export const topics = 400;

/** Common words come up in every text, whatever it is about. */
const commonestTopicRank = 300;

/** The ranks of the words of a topic, commonest first: 75 or so. */
export function ranksOfTopic(topic: number): number[] {
  const first = commonestTopicRank + topic;
  return Array.from({ length: Math.ceil((size - first) / topics) }, (_, index) => first + index * topics);
}

/** The topic of a word; undefined for the commonest. */
export function topicOf(rank: number): number | undefined {
  return rank < commonestTopicRank ? undefined : (rank - commonestTopicRank) % topics;
}

/** Two syllables and a consonant or three, common words short. Not seeded by the run: a word always is the same. */
function makeWords(): string[] {
  const random = createRandom(1);
  const pick = (from: readonly string[]): string => from[randomBelow(random, from.length)]!;
  const syllable = (): string => pick(onsets) + pick(vowels);
  const words = new Set<string>();
  while (words.size < size) {
    words.add(syllable() + syllable() + (words.size > 5_000 && random() < 0.7 ? syllable() : "") + pick(endings));
  }
  return [...words];
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
