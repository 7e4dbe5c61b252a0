// What text is made of, as data: the page makes elements of it and never HTML.

/** @typedef {{ kind: "text" | "mark" | "code" | "block" | "strong" | "citation", text: string }} Part */

const stopWords = new Set(
  "about and are can could does for from has have how into not the that their there this was were what when where which who why will with would you your".split(
    " ",
  ),
);

/**
 * An answer of a model: code, bold text and citations like [1], as far as it has come.
 * @param {string} answer
 * @returns {Part[]}
 */
export function answerParts(answer) {
  const pattern =
    /```[^\n]*\n(?<block>[\s\S]*?)(?:\n?```\n?|$)|`(?<code>[^`\n]+)`|\*\*(?<strong>[^*\n]+)\*\*|\[(?<citation>\d{1,2})\]/g;
  return partsOf(answer, pattern);
}

/**
 * A text with the words of a question marked, in their other forms, too: "hashed" marks "hash".
 * @param {string} text
 * @param {string} question
 * @returns {Part[]}
 */
export function markedParts(text, question) {
  const stems = stemsOf(question);
  return stems.length === 0
    ? [{ kind: "text", text }]
    : partsOf(text, new RegExp(`(?<mark>${stems.join("|")})`, "giu"));
}

/**
 * The lines that have most of a question's words, if there are more than are to be shown.
 * @param {{ text: string, from: number }} passage
 * @param {string} question
 * @param {number} count
 */
export function bestLines({ text, from }, question, count) {
  const lines = text.split("\n");
  const stems = stemsOf(question);
  const weights = lines.map((line) => stems.filter((stem) => new RegExp(stem, "iu").test(line)).length);
  let best = 0;
  let most = -1;
  for (let start = 0; start === 0 || start + count <= lines.length; start++) {
    const weight = weights.slice(start, start + count).reduce((sum, each) => sum + each, 0);
    if (weight > most) [best, most] = [start, weight];
  }
  return { from: from + best, lines: lines.slice(best, best + count) };
}

/** @param {string} question */
function stemsOf(question) {
  const words = question.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? [];
  const stems = words
    .filter((word) => !stopWords.has(word))
    .map((word) => word.replace(/(?<=.{3})(?:ing|ed|es|s)$/, ""));
  // The longest first, or "key" would win over "keyring".
  return [...new Set(stems)].sort((one, other) => other.length - one.length);
}

/**
 * @param {string} text
 * @param {RegExp} pattern with a named group for each kind
 * @returns {Part[]}
 */
function partsOf(text, pattern) {
  /** @type {Part[]} */
  const parts = [];
  let end = 0;
  for (const { 0: whole, index, groups = {} } of text.matchAll(pattern)) {
    const [kind, inner] = Object.entries(groups).find(([, value]) => value !== undefined) ?? [];
    if (index > end) parts.push({ kind: "text", text: text.slice(end, index) });
    parts.push({ kind: /** @type {Part["kind"]} */ (kind), text: inner ?? "" });
    end = index + whole.length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}
