/** A passage among those found. */
interface Passage {
  /** The id is its memory's. */
  readonly candidate: { readonly id: string };
}

/** The first passage of each memory, in the order given. */
export function groupByMemory<Found extends Passage>(passages: readonly Found[]): Found[] {
  const seen = new Set<string>();
  return passages.filter(({ candidate: { id } }) => !seen.has(id) && seen.add(id));
}
