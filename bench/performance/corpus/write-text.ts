import { createRandom, randomBelow } from "./random.js";
import { ranksOfTopic, topics, type Vocabulary } from "./vocabulary.js";

/** Function words, as often as in English; full text search leaves them out. */
const functionWords = (
  "the of and to a in that is was for it with as his on be at by had not are but from or have an they which one you were " +
  "her all she there would their we him been has when who will more no if out so said what up its about into than them"
).split(" ");

const functionWordShare = 0.42;
const topicShare = 0.55;
const meanWords = 75;

/** Writes texts of made-up sentences about one of 400 topics, each from its own number alone. */
export interface Writer {
  /** About 75 words. */
  memory(number: number): string;
  /** Eight words, five of them from the memory with this number. */
  question(memory: number, number: number): string;
}

export function createWriter(vocabulary: Vocabulary, seed: number): Writer {
  const topicRanks = Array.from({ length: topics }, (_, topic) => ranksOfTopic(topic));
  const contentWord = (random: () => number, ranks: readonly number[]): string => {
    // Squared: the words of a topic are not equally common either.
    const rank = random() < topicShare ? ranks[Math.floor(random() ** 2 * ranks.length)]! : vocabulary.draw(random);
    return vocabulary.words[rank]!;
  };
  const memory = (number: number): string => {
    const random = createRandom(seed, 4, number);
    const ranks = topicRanks[randomBelow(random, topics)]!;
    const length = meanWords - 25 + randomBelow(random, 51);
    const words = Array.from({ length }, () =>
      random() < functionWordShare ? functionWord(random) : contentWord(random, ranks),
    );
    return toSentences(words, random);
  };
  return {
    memory,
    question(memoryNumber, number) {
      const random = createRandom(seed, 5, number);
      const known = memory(memoryNumber)
        .toLowerCase()
        .match(/[a-z]+/g)!
        .filter((word) => !functionWords.includes(word));
      const asked = Array.from({ length: 5 }, () => known[randomBelow(random, known.length)]!);
      return `${["what", "was", "the"].join(" ")} ${asked.join(" ")}?`;
    },
  };
}

function functionWord(random: () => number): string {
  return functionWords[Math.floor(random() ** 2 * functionWords.length)]!;
}

function toSentences(words: readonly string[], random: () => number): string {
  const sentences: string[] = [];
  for (let start = 0; start < words.length;) {
    const end = start + 8 + randomBelow(random, 13);
    const sentence = words.slice(start, end).join(" ");
    sentences.push(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`);
    start = end;
  }
  return sentences.join(" ");
}
