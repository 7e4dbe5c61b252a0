import { BaseEmbedding } from "@llamaindex/core/embeddings";

/** What the built-in embedder of the memories under test has. */
export const dimensions = 256;

/** A vector at this angle, in degrees, to the first axis. */
export function at(degrees: number): number[] {
  const radians = (degrees * Math.PI) / 180;
  return Array.from({ length: dimensions }, (_, axis) => [Math.cos(radians), Math.sin(radians)][axis] ?? 0);
}

/** A model of the user's: the letters of a text, counted. */
export class LetterEmbedding extends BaseEmbedding {
  readonly embedded: string[] = [];

  constructor(private readonly size = dimensions) {
    super();
  }

  override async getTextEmbedding(text: string): Promise<number[]> {
    this.embedded.push(text);
    const counts = Array.from({ length: this.size }, () => 0);
    for (const letter of text.toLowerCase()) counts[letter.charCodeAt(0) % this.size]! += 1;
    return counts;
  }
}
