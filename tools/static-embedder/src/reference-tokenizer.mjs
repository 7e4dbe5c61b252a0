/** The teacher's own tokenizer.json, run by @huggingface/tokenizers: the reference our WordPiece must equal. */
import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { teacherFiles } from "./paths.mjs";

const settings = JSON.parse(readFileSync(teacherFiles.tokenizer, "utf8"));
// The file cuts and pads to 128 tokens for the browser; we want the tokens of the text.
settings.truncation = null;
settings.padding = null;
const tokenizer = new Tokenizer(settings, {});

/** The 30,522 word pieces, by id. @type {string[]} */
export const vocabulary = Object.entries(settings.model.vocab)
  .sort(([, a], [, b]) => Number(a) - Number(b))
  .map(([piece]) => piece);

/** Word-piece ids of a text, without [CLS] and [SEP]. @param {string} text @returns {number[]} */
export function referenceIds(text) {
  return tokenizer.encode(text, { add_special_tokens: false }).ids;
}
