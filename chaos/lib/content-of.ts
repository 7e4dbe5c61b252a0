/** Fewest and most sentences: two passages to four of the built-in embedder. */
const sentences = { fewest: 20, most: 44 };

/** What the operation saves: several passages, and other ones than every other operation. */
export function contentOf(operation: string): string {
  const hash = [...operation].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 9_973, 7);
  const count = sentences.fewest + (hash % (sentences.most - sentences.fewest + 1));
  return Array.from({ length: count }, (_, index) => sentenceOf(operation, index)).join(" ");
}

/** One sentence of it. */
export function sentenceOf(operation: string, index: number): string {
  return `Memory ${operation} says in sentence ${index} what it was told.`;
}
