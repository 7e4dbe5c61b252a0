/** Plain ASCII has nothing to fold but its case, and is most of what is saved. */
// oxlint-disable-next-line no-control-regex -- the range of ASCII begins with them
const ascii = /^[\u0000-\u007f]*$/;

/** Combining marks of Latin, Greek and Cyrillic letters. Those of other scripts are vowels: words differ by them. */
const accents = /[\u0300-\u036f]/g;

/** A text in which case, accents and width do not tell words apart: `Ｃafé` and `cafe` are one. */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  return text.normalize("NFKC").toLowerCase().normalize("NFD").replace(accents, "").normalize("NFC");
}
