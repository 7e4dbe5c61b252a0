/**
 * The dates that filters know, a strict part of ISO 8601: a day, or a day with hours, minutes, maybe seconds and a
 * fraction, and always `Z` or an offset. The SQL function persisto.instant has the same pattern.
 */
export const instantPattern =
  /^([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(?:T([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,9}))?)?(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9])))?$/;

/** The instant a text names, in nanoseconds since 1970; null when it is no date or no day of the calendar. */
export function instantOf(text: string): bigint | null {
  const parts = instantPattern.exec(text);
  if (parts === null) return null;
  const number = (index: number): number => Number(parts[index] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const time = new Date(0);
  // Date.UTC would take the years 0 to 99 for those of the 20th century.
  time.setUTCFullYear(year, month - 1, day);
  if (time.getUTCDate() !== day) return null;
  const offsetMinutes = (number(9) * 60 + number(10)) * (parts[8] === "-" ? -1 : 1);
  const minutes = number(4) * 60 + number(5) - offsetMinutes;
  const seconds = time.getTime() / 1_000 + minutes * 60 + number(6);
  return BigInt(seconds) * 1_000_000_000n + BigInt((parts[7] ?? "").padEnd(9, "0"));
}
