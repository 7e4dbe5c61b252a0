/** Longest word the vocabulary is tried on, in code points; a longer one is unknown, as in BERT. */
const MAX_WORD_LENGTH = 100;
/** Split words kept ready. Rare words repeat inside a document, so a small memory catches most of them. */
const MAX_REMEMBERED_WORDS = 20_000;

/** Text that needs no Unicode work: printable ASCII, tabs and line ends. Most English text, and 3x faster. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;
/** Dropped without splitting the word around them: control, format, private use, lone surrogates, U+FFFD. */
const DROPPED = /[^\P{C}\p{Cn}\t\n\r]|\ufffd/gu;
const ACCENTS = /\p{Mn}/gu;
const SPACE = /^\s$/u;
const PUNCTUATION = /^[\p{P}$+<=>^`|~]$/u;

/** First and last code points of the CJK ideographs that BERT takes as one word each. */
const IDEOGRAPHS: readonly (readonly [number, number])[] = [
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xf900, 0xfaff],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2ceaf],
  [0x2f800, 0x2fa1f],
];

/** What a character does to the word being read: goes on, ends it, or is a word of its own. */
const LETTER = 1;
const BREAK = 2;
const SINGLE = 3;

/** Classes of the basic plane, filled as characters are met; 0 is not met yet. */
const classes = new Uint8Array(0x10000);

function classOf(codePoint: number): number {
  const known = classes[codePoint];
  if (known !== undefined && known !== 0) return known;
  const character = String.fromCodePoint(codePoint);
  let found = LETTER;
  if (SPACE.test(character)) found = BREAK;
  else if (PUNCTUATION.test(character)) found = SINGLE;
  else if (IDEOGRAPHS.some(([first, last]) => codePoint >= first && codePoint <= last)) found = SINGLE;
  if (codePoint < classes.length) classes[codePoint] = found;
  return found;
}

function normalise(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text.replace(DROPPED, "").toLowerCase().normalize("NFD").replace(ACCENTS, "");
}

/**
 * The tokenizer of BERT uncased: lower case, no accents, punctuation and CJK ideographs alone, then the longest word
 * pieces from the left. Gives the ids of the teacher's tokenizer.json (`npm run check-tokenizer` in
 * tools/static-embedder), except that "[MASK]" and its like in a text are plain text.
 */
export class WordPiece {
  /** Id of the piece that stands for a word the vocabulary cannot spell. */
  readonly unknownId: number;
  /** Pieces that may start a word, and pieces that go on one (without their "##"). */
  readonly #starts = new Map<string, number>();
  readonly #continuations = new Map<string, number>();
  readonly #longestPiece: number;
  readonly #splitWords = new Map<string, readonly number[]>();

  /** @param vocabulary The pieces in the order of their ids; one of them is "[UNK]". */
  constructor(vocabulary: readonly string[]) {
    let longest = 0;
    vocabulary.forEach((piece, id) => {
      if (piece.startsWith("##") && piece.length > 2) this.#continuations.set(piece.slice(2), id);
      else this.#starts.set(piece, id);
      longest = Math.max(longest, piece.length);
    });
    this.#longestPiece = longest;
    this.unknownId = vocabulary.indexOf("[UNK]");
    if (this.unknownId < 0) throw new Error("the vocabulary has no [UNK] piece");
  }

  /** Ids of the text's word pieces, in order, without [CLS] and [SEP]. Text without a word gives []. */
  encode(text: string): number[] {
    const clean = normalise(text);
    const ids: number[] = [];
    let wordStart = -1;
    for (let i = 0; i < clean.length; i++) {
      let code = clean.charCodeAt(i);
      const start = i;
      if (code >= 0xd800 && code <= 0xdbff) {
        code = clean.codePointAt(i) ?? code;
        i++; // lone surrogates are dropped above, so this is a pair
      }
      const found = classOf(code);
      if (found === LETTER) {
        if (wordStart < 0) wordStart = start;
        continue;
      }
      if (wordStart >= 0) this.#addWord(clean.slice(wordStart, start), ids);
      wordStart = -1;
      if (found === SINGLE) this.#addWord(clean.slice(start, i + 1), ids);
    }
    if (wordStart >= 0) this.#addWord(clean.slice(wordStart), ids);
    return ids;
  }

  #addWord(word: string, ids: number[]): void {
    const whole = this.#starts.get(word);
    if (whole !== undefined) {
      ids.push(whole);
      return;
    }
    for (const id of this.#splitWords.get(word) ?? this.#remember(word)) ids.push(id);
  }

  #remember(word: string): readonly number[] {
    const pieces = this.#split(word);
    if (word.length > MAX_WORD_LENGTH) return pieces; // cheap to redo, costly to keep
    if (this.#splitWords.size >= MAX_REMEMBERED_WORDS) this.#splitWords.clear();
    this.#splitWords.set(word, pieces);
    return pieces;
  }

  #split(word: string): readonly number[] {
    if (isTooLong(word)) return [this.unknownId];
    const pieces: number[] = [];
    let start = 0;
    while (start < word.length) {
      const table = start === 0 ? this.#starts : this.#continuations;
      let end = Math.min(word.length, start + this.#longestPiece);
      let id: number | undefined;
      while (end > start && (id = table.get(word.slice(start, end))) === undefined) end--;
      if (id === undefined) return [this.unknownId]; // one unknown stretch makes the whole word unknown
      pieces.push(id);
      start = end;
    }
    return pieces;
  }
}

function isTooLong(word: string): boolean {
  if (word.length <= MAX_WORD_LENGTH) return false;
  if (word.length > 2 * MAX_WORD_LENGTH) return true; // a code point takes at most two units
  return [...word].length > MAX_WORD_LENGTH;
}
