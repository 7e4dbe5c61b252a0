/** Where a passage's memory stands among those of its namespace. */
export interface Placed {
  /** Order in which the memory was saved; passages of one memory share it. Null when unknown. */
  readonly sequence: string | null;
  /** The `sequence` of the memory saved just before it; null for the first or when unknown. */
  readonly previousSequence: string | null;
}

/**
 * How much of the gap to a better neighbour is closed. In conversations it finds 1 to 3 % more, where the order of
 * memories means nothing it changes little (docs/decisions/0007-ranking.md). 0.3 to 0.5 are alike.
 */
const share = 0.4;

/**
 * What each score gains from the memories saved just before and after, where those are candidates too: an answer often
 * follows the turn that names its subject. The best keeps its place, and none rises above the better of its neighbours.
 */
export function liftByNeighbours(candidates: readonly Placed[], scores: readonly number[]): number[] {
  const best = new Map<string, number>();
  const next = new Map<string, string>();
  candidates.forEach(({ sequence, previousSequence }, index) => {
    if (sequence === null) return;
    best.set(sequence, Math.max(best.get(sequence) ?? 0, scores[index]!));
    if (previousSequence !== null) next.set(previousSequence, sequence);
  });
  return candidates.map(({ sequence, previousSequence }, index) => {
    const own = scores[index]!;
    const neighbours = [previousSequence, sequence && next.get(sequence)];
    return neighbours.reduce((lift, neighbour) => {
      const other = neighbour ? best.get(neighbour) : undefined;
      return lift + share * Math.max(0, (other ?? own) - own);
    }, 0);
  });
}
