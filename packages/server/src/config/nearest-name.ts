/** The known name that an unknown one was probably meant to be; null when none is like it. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = plain(name);
  const begun = known.find((candidate) => wanted.length >= 3 && plain(candidate).startsWith(wanted));
  if (begun !== undefined) return begun;
  const byDistance = known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, plain(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = byDistance;
  // A third of the letters wrong is still a slip; more is another word.
  return best !== undefined && best.distance <= Math.ceil(wanted.length / 3) ? best.candidate : null;
}

/** `retention_days`, `retention-days` and `retentionDays` are one name. */
function plain(name: string): string {
  return name.replace(/[_-]/g, "").toLowerCase();
}

/** How many characters must be put in, taken out or replaced to make one text of the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}
