/** Reads an evaluation set: corpus.jsonl, queries.jsonl and qrels.tsv, or pairs.jsonl. Evaluation only, never training. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ id: string, text: string, scope: string }} Item */
/** @typedef {{ name: string, documents: Item[], queries: (Item & { category: string })[], relevant: Map<string, Set<string>> }} RetrievalSet */

const jsonLines = (/** @type {string} */ path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** `Speaker: text` with a session date becomes `Speaker (date): text`; other texts stay as they are. @param {any} row */
function datedText(row) {
  const speaker = row.meta?.speaker;
  return speaker !== undefined && row.ts !== undefined && row.text.startsWith(`${speaker}: `)
    ? `${speaker} (${row.ts})${row.text.slice(speaker.length)}`
    : row.text;
}

/** @param {string} folder @param {string} name @returns {RetrievalSet | undefined} */
export function readRetrievalSet(folder, name) {
  const path = (/** @type {string} */ file) => join(folder, name, file);
  if (!existsSync(path("corpus.jsonl"))) return undefined;
  /** @type {Map<string, Set<string>>} */ const relevant = new Map();
  for (const line of readFileSync(path("qrels.tsv"), "utf8").split("\n").slice(1).filter(Boolean)) {
    const [query, document, score] = line.split("\t");
    if (Number(score) > 0) relevant.set(query, (relevant.get(query) ?? new Set()).add(document));
  }
  const documents = jsonLines(path("corpus.jsonl")).map((row) => ({
    id: row._id,
    text: datedText(row),
    scope: row.scope,
  }));
  const queries = jsonLines(path("queries.jsonl"))
    .filter((row) => row.category !== "adversarial" && relevant.has(row._id))
    .map((row) => ({ id: row._id, text: row.text, scope: row.scope, category: row.category }));
  return { name, documents, queries, relevant };
}

/** @param {string} folder @returns {{ a: string, b: string, score: number }[] | undefined} */
export function readSimilarityPairs(folder) {
  const path = join(folder, "sts", "pairs.jsonl");
  return existsSync(path) ? jsonLines(path) : undefined;
}
