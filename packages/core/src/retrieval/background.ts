/**
 * Share of the background that is taken off a similarity: what all memories of a namespace have in common tells none
 * of them apart. 0.4 to 0.6 are alike (docs/decisions/0007-ranking.md).
 */
const backgroundShare = 0.5;

/** Passages a namespace needs for half of its background to count: the mean of a few says more of them than of all. */
const halfTrustedAt = 50;

/**
 * What the passages of a namespace have in common: the mean of their vectors, shrunk where they are few. The mean of a
 * sample of 50 is as good as that of all.
 */
export function backgroundOf(mean: Float32Array, { passages }: { passages: number }): Float32Array {
  const trust = passages / (passages + halfTrustedAt);
  return mean.map((value) => trust * value);
}

/** The vector to look for instead of the query's: nearest by inner product are the passages that stand out. Not of length 1. */
export function withoutBackground(query: Float32Array, background: Float32Array): Float32Array {
  return query.map((value, index) => value - backgroundShare * background[index]!);
}

/** A passage's inner product with `withoutBackground(query, background)`, from those with the query and the background. */
export function distinctiveSimilarity({ similarity, background }: { similarity: number; background: number }): number {
  return similarity - backgroundShare * background;
}
