/**
 * Compares the shipped WordPiece with the teacher's tokenizer over every code point of the basic plane, random strings
 * of many scripts and the whole of WordNet.
 */
import { readSynsets } from "./corpus-wordnet.mjs";
import { seededRandom } from "./random.mjs";
import { referenceIds, vocabulary } from "./reference-tokenizer.mjs";
import { shippedModule } from "./shipped-code.mjs";

const RANDOM_TEXTS = 60_000;
const RANGES = [
  [0x00, 0x7f],
  [0x20, 0x7e],
  [0x20, 0x7e],
  [0x61, 0x7a],
  [0x80, 0xff],
  [0x100, 0x24f],
  [0x300, 0x36f],
  [0x370, 0x3ff],
  [0x400, 0x4ff],
  [0x590, 0x6ff],
  [0x900, 0x97f],
  [0xe00, 0xe7f],
  [0x1e00, 0x1fff],
  [0x2000, 0x206f],
  [0x20a0, 0x2bff],
  [0x3000, 0x30ff],
  [0x4e00, 0x4fff],
  [0xac00, 0xacff],
  [0xd800, 0xdfff],
  [0xe000, 0xe010],
  [0xf900, 0xfaff],
  [0xfe00, 0xffff],
  [0x1d400, 0x1d4ff],
  [0x1f300, 0x1f64f],
];

/** Two known differences, where the shipped code follows the original BERT: see the README. */
const isComparable = (/** @type {string} */ text) =>
  !/[\u{20000}-\u{2fa1f}]/u.test(text) && !/\[(UNK|PAD|CLS|SEP|MASK)\]/.test(text);

const { WordPiece } = await shippedModule("word-piece");
const wordPiece = new WordPiece(vocabulary);
let compared = 0;

const compare = (/** @type {string} */ text) => {
  if (!isComparable(text)) return;
  const [ours, theirs] = [wordPiece.encode(text), referenceIds(text)];
  compared++;
  if (ours.join() === theirs.join()) return;
  throw new Error(`tokenizers differ on ${JSON.stringify(text)}: ${ours.join(" ")} and ${theirs.join(" ")}`);
};

for (let code = 0; code < 0x10000; code++) {
  const character = String.fromCharCode(code);
  for (const text of [character, `ab${character}cd ${character}`, `A\u0301${character}Σ${character}`]) compare(text);
}
const random = seededRandom(7);
const pick = (/** @type {number} */ below) => Math.floor(random() * below);
for (let i = 0; i < RANDOM_TEXTS; i++) {
  const ranges = [RANGES[pick(RANGES.length)], RANGES[pick(RANGES.length)], RANGES[2]];
  let text = "";
  for (let length = pick(140); length > 0; length--) {
    const [first, last] = ranges[pick(ranges.length)];
    text += random() < 0.12 ? " " : String.fromCodePoint(first + pick(last - first + 1));
  }
  compare(text);
}
for (const { lemmas, definition, examples } of readSynsets())
  for (const text of [lemmas.join(" "), definition, ...examples]) compare(text);
for (const length of [99, 100, 101, 199, 201, 5000])
  for (const unit of ["a", "é", "😀", "x1"]) compare(unit.repeat(length));
console.log(`${compared} texts, the same word pieces in all`);
