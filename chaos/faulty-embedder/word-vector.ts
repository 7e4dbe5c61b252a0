import { createHash } from "node:crypto";

/** Length of the vectors. */
export const dimensions = 64;

/** A vector by the words of a text: the more words two texts share, the more alike are their vectors. */
export function wordVector(text: string): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/\w+/g) ?? ["none"]) {
    const bytes = createHash("sha256").update(word).digest();
    for (let index = 0; index < dimensions; index += 1)
      vector[index]! += bytes[index % bytes.length]! - 127.5 + index / 64;
  }
  return vector;
}
