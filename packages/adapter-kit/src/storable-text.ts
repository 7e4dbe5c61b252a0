/**
 * Text as Postgres can hold it: without NUL, which PDF loaders bring, and with characters that a splitter cut in two replaced. Of
 * more UTF-8 bytes than it may have the rest is cut off.
 */
export function storableText(text: string, maxBytes = Infinity): string {
  const clean = text.replaceAll("\0", "").toWellFormed();
  // A UTF-16 unit takes at most three bytes, so most texts need no second look.
  if (clean.length * 3 <= maxBytes) return clean;
  return clean.slice(0, new TextEncoder().encodeInto(clean, new Uint8Array(maxBytes)).read);
}

/** At three bytes a unit below what a query may have. */
const mostUnits = 10_000;

/** What is asked of a text: of a long one the end, where the request stands; empty when nothing can be meant by it. */
export function queryText(text: string): string {
  return storableText(text).slice(-mostUnits).toWellFormed().trim();
}
