/** `npm run build`: from the pinned packages to packages/core/data/static-minilm-256.bin. README.md has the recipe. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { readSynsets, wordNetCorpora } from "./corpus-wordnet.mjs";
import { firstTable } from "./first-table.mjs";
import { noiseSimilarity } from "./noise.mjs";
import { checksumPath, tablePath } from "./paths.mjs";
import { seededRandom } from "./random.mjs";
import { vocabulary } from "./reference-tokenizer.mjs";
import { rotated } from "./rotate.mjs";
import { shippedModule } from "./shipped-code.mjs";
import { tableFile } from "./table-file.mjs";
import { loadTeacher } from "./teacher.mjs";
import { TEACHER_DIMENSIONS } from "./teacher-graph.mjs";
import { train } from "./train.mjs";
import { verifyChecksums, verifyTeacher } from "./verify-sources.mjs";

const DIMENSIONS = 256;
// More epochs or a larger rate come nearer to the teacher but lose retrieval: rare rows drift from what they say alone.
const EPOCHS = 6;
const RATE = 0.01;

verifyChecksums();
const { WordPiece } = await shippedModule("word-piece");
const { parseStaticTable } = await shippedModule("static-table");
const { tableEmbedder } = await shippedModule("table-embedder");
const wordPiece = new WordPiece(vocabulary);
const encode = (/** @type {string} */ text) => wordPiece.encode(text);

const teacher = await loadTeacher();
await verifyTeacher(teacher, encode);
const corpora = wordNetCorpora(readSynsets());
/** @type {number[][]} */ const tokenLists = [];
/** @type {Float32Array[]} */ const targets = [];
for (const [name, texts] of Object.entries(corpora)) {
  const lists = texts.map(encode);
  const vectors = await teacher(lists, name);
  lists.forEach((ids, i) => {
    tokenLists.push(ids);
    targets.push(vectors.subarray(i * TEACHER_DIMENSIONS, (i + 1) * TEACHER_DIMENSIONS));
  });
}

const pieceVectors = await teacher(
  vocabulary.map((_, id) => [id]),
  "pieces",
);
const table = firstTable(pieceVectors, TEACHER_DIMENSIONS);
train({
  table,
  dimensions: TEACHER_DIMENSIONS,
  tokenLists,
  targets,
  epochs: EPOCHS,
  rate: RATE,
  random: seededRandom(1),
});

const weights = new Float64Array(vocabulary.length);
for (const ids of tokenLists) for (const id of ids) weights[id]++;
const small = rotated({ table, dimensions: TEACHER_DIMENSIONS, weights, keep: DIMENSIONS });

const file = (/** @type {number} */ similarity) =>
  tableFile({ table: small, dimensions: DIMENSIONS, vocabulary, noiseSimilarity: similarity });
const embedder = tableEmbedder(parseStaticTable(file(0)), "building");
const noise = await noiseSimilarity({ sentences: corpora.examples, embedder });
const bytes = file(noise);

mkdirSync(dirname(tablePath), { recursive: true });
writeFileSync(tablePath, bytes);
const sha256 = createHash("sha256").update(bytes).digest("hex");
writeFileSync(checksumPath, `${sha256}  ${basename(tablePath)}\n`);
console.log(`${tablePath}: ${bytes.length} bytes, noise ${noise.toFixed(3)}, sha256 ${sha256}`);
