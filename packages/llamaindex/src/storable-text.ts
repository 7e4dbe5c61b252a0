/** Text as Postgres can hold it: without NUL, which PDF readers bring, and with characters that a splitter cut in two replaced. */
export function storableText(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed();
}
