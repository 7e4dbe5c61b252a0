import { cosine } from "./cosine.js";

/** A ranked passage with its vector; one without counts as unlike all others. */
export interface Diverse {
  readonly score: number;
  readonly candidate: { readonly vector: Float32Array | null };
}

/**
 * Picks `k` passages one by one, each the best of score and novelty (maximal marginal relevance). A pick loses
 * `diversity` (0..1) times its likeness to the most alike one picked before: 0 at `noiseSimilarity`, 1 for the same.
 */
export function diversify<Passage extends Diverse>(
  ranked: readonly Passage[],
  { k, diversity, noiseSimilarity }: { k: number; diversity: number; noiseSimilarity: number },
): Passage[] {
  if (diversity === 0) return ranked.slice(0, k);
  const left = ranked.map((passage) => ({ passage, likeness: 0 }));
  const picked: Passage[] = [];
  while (picked.length < k && left.length > 0) {
    const values = left.map(({ passage, likeness }) => (1 - diversity) * passage.score - diversity * likeness);
    const [{ passage }] = left.splice(values.indexOf(Math.max(...values)), 1) as [(typeof left)[number]];
    picked.push(passage);
    for (const other of left)
      other.likeness = Math.max(
        other.likeness,
        likenessOf(passage.candidate.vector, other.passage.candidate.vector, noiseSimilarity),
      );
  }
  return picked;
}

function likenessOf(a: Float32Array | null, b: Float32Array | null, noiseSimilarity: number): number {
  if (a === null || b === null) return 0;
  return Math.max(0, (cosine(a, b) - noiseSimilarity) / (1 - noiseSimilarity));
}
