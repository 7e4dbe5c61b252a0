import { distance } from "fastest-levenshtein";

/** The known name that an unknown one was probably meant to be; null when none is like it. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = plain(name);
  const begun = known.find((candidate) => wanted.length >= 3 && plain(candidate).startsWith(wanted));
  if (begun !== undefined) return begun;
  const byDistance = known
    .map((candidate) => ({ candidate, distance: distance(wanted, plain(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = byDistance;
  // A third of the letters wrong is still a slip; more is another word.
  return best !== undefined && best.distance <= Math.ceil(wanted.length / 3) ? best.candidate : null;
}

/** `retention_days`, `retention-days` and `retentionDays` are one name. */
function plain(name: string): string {
  return name.replace(/[_-]/g, "").toLowerCase();
}
