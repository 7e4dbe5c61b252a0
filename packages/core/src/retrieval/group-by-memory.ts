/** The first passage of each memory, in the order given. */
export function groupByMemory<Passage extends { readonly id: string }>(passages: readonly Passage[]): Passage[] {
  const seen = new Set<string>();
  return passages.filter(({ id }) => !seen.has(id) && seen.add(id));
}
