import { createRandom, randomBelow } from "./random.js";
import { topicOf, topics, type Vocabulary } from "./vocabulary.js";

/** Length of the vectors, that of the usual small sentence models. */
export const dimensions = 384;

/** Entries other than 0 in the vector of a word or a topic. */
const entries = 24;

/** How much of a word's vector is its topic's, before weighting. */
const topicPart = 0.8;

/** Common words say little: a word's weight is this / (this + its share), as in smooth inverse frequency. */
const damping = 1e-3;

/**
 * Vectors of texts without a model: the damped sum of one vector a word, its own and its topic's, L2 norm 1. So texts
 * about one topic are near each other, and nearer when they share rare words. Words outside the vocabulary count for nothing.
 */
export function createTextProjection(vocabulary: Vocabulary): (text: string) => Float32Array {
  const ranks = new Map(vocabulary.words.map((word, rank) => [word, rank]));
  const random = createRandom(2);
  const ofWords = sparseVectors(vocabulary.words.length, random);
  const ofTopics = sparseVectors(topics, random);
  return (text) => {
    const vector = new Float32Array(dimensions);
    for (const word of text.toLowerCase().split(/[^a-z]+/)) {
      const rank = ranks.get(word);
      if (rank === undefined) continue;
      const weight = damping / (damping + vocabulary.share(rank));
      const topic = topicOf(rank);
      addSparse(vector, ofWords, { number: rank, weight });
      if (topic !== undefined) addSparse(vector, ofTopics, { number: topic, weight: weight * topicPart });
    }
    return normalised(vector);
  };
}

/** Positions of the entries, from 1, so that each can carry a sign. */
function sparseVectors(count: number, random: () => number): Int16Array {
  return Int16Array.from(
    { length: count * entries },
    () => (randomBelow(random, dimensions) + 1) * (random() < 0.5 ? -1 : 1),
  );
}

function addSparse(
  vector: Float32Array,
  sparse: Int16Array,
  { number, weight }: { number: number; weight: number },
): void {
  for (let entry = number * entries; entry < (number + 1) * entries; entry++) {
    const signed = sparse[entry]!;
    vector[Math.abs(signed) - 1]! += signed > 0 ? weight : -weight;
  }
}

function normalised(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}
