const firstDelayMs = 500;
const longestDelayMs = 8_000;

/** Longest Retry-After that is waited for; a longer one is the caller's decision. */
export const longestRetryAfterSeconds = 60;

/** How long to wait before the next try: half a second, doubled each time up to 8 s, less up to a quarter at random. */
export function backoffMs(triesSoFar: number, random: () => number = Math.random): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (triesSoFar - 1)) * (1 - 0.25 * random());
}

/** The seconds a Retry-After header asks for, given as a number or a date; undefined when there is none or it is neither. */
export function parseRetryAfter(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1_000);
}
