/** A text as Memory takes it: well-formed Unicode without NUL, and of at most so many UTF-8 bytes; the rest is cut off. */
export function plainText(text: string, maxBytes: number): string {
  const clean = text.replaceAll("\0", "").toWellFormed();
  // A UTF-16 unit takes at most three bytes, so most texts need no second look.
  if (clean.length * 3 <= maxBytes) return clean;
  return clean.slice(0, new TextEncoder().encodeInto(clean, new Uint8Array(maxBytes)).read);
}
