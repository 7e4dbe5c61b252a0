/** `npm run evaluate -- <datasets folder>`: retrieval by vectors alone, similarity, speed of the shipped embedder. */
import { readdirSync, readFileSync } from "node:fs";
import { readRetrievalSet, readSimilarityPairs } from "./datasets.mjs";
import { retrievalMeasures, similarityCorrelation } from "./measures.mjs";
import { tablePath } from "./paths.mjs";
import { shippedModule } from "./shipped-code.mjs";

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: npm run evaluate -- <datasets folder>");

const { parseStaticTable } = await shippedModule("static-table");
const { tableEmbedder } = await shippedModule("table-embedder");
const loadedAt = performance.now();
const embedder = tableEmbedder(parseStaticTable(readFileSync(tablePath)), "evaluated");
const loadMs = performance.now() - loadedAt;
const embed = (/** @type {string[]} */ texts, /** @type {"query" | "document"} */ kind) =>
  embedder.embed(texts, { kind });
const percent = (/** @type {number} */ share) => (100 * share).toFixed(1).padStart(6);

console.log("vectors alone, in %        recall@10    P@10   hit@1  queries");
for (const name of readdirSync(folder).sort()) {
  const set = readRetrievalSet(folder, name);
  if (set === undefined) continue;
  const { recall, precision, first, count } = await retrievalMeasures(set, embed);
  console.log(
    name.padEnd(26),
    percent(recall).padStart(9),
    percent(precision).padStart(7),
    percent(first).padStart(7),
    String(count).padStart(8),
  );
}
const pairs = readSimilarityPairs(folder);
if (pairs !== undefined)
  console.log(`sts Spearman ${(await similarityCorrelation(pairs, embed)).toFixed(3)} over ${pairs.length} pairs`);

const sentences = Array.from(
  { length: 20_000 },
  (_, i) => `Anna (${1 + (i % 28)} May 2024): we met ${i} people at the market today, it was lovely!`,
);
const tokens = sentences.reduce((sum, text) => sum + embedder.countTokens(text), 0) / sentences.length;
await embed(sentences, "document"); // warm
const { user: before } = process.cpuUsage(); // processor time: the machine may be busy with other work
await embed(sentences, "document");
const seconds = (process.cpuUsage().user - before) / 1e6;
console.log(
  `speed ${Math.round(sentences.length / seconds)} texts of ${tokens.toFixed(0)} tokens per second of one core; ` +
    `table read and parsed in ${loadMs.toFixed(0)} ms`,
);
