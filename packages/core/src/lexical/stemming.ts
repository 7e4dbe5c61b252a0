import type { Language } from "@persisto/contract";
import { fold } from "./fold.js";

/** What a language does to words, folded ones. */
export interface Stemming {
  stem(word: string): string;
  readonly stopWords: ReadonlySet<string>;
}

type StemmerModule = { readonly stemmer: (word: string) => string };
type StopWordsModule = { readonly stopwords: readonly string[] };

const simple: Stemming = { stem: (word) => word, stopWords: new Set() };

const modules: Record<Exclude<Language, "simple">, () => Promise<[StemmerModule, StopWordsModule]>> = {
  arabic: () => Promise.all([import("@orama/stemmers/arabic"), import("@orama/stopwords/arabic")]),
  armenian: () => Promise.all([import("@orama/stemmers/armenian"), import("@orama/stopwords/armenian")]),
  danish: () => Promise.all([import("@orama/stemmers/danish"), import("@orama/stopwords/danish")]),
  dutch: () => Promise.all([import("@orama/stemmers/dutch"), import("@orama/stopwords/dutch")]),
  english: () => Promise.all([import("@orama/stemmers/english"), import("@orama/stopwords/english")]),
  finnish: () => Promise.all([import("@orama/stemmers/finnish"), import("@orama/stopwords/finnish")]),
  french: () => Promise.all([import("@orama/stemmers/french"), import("@orama/stopwords/french")]),
  german: () => Promise.all([import("@orama/stemmers/german"), import("@orama/stopwords/german")]),
  greek: () => Promise.all([import("@orama/stemmers/greek"), import("@orama/stopwords/greek")]),
  hindi: () => Promise.all([import("@orama/stemmers/indian"), import("@orama/stopwords/indian")]),
  hungarian: () => Promise.all([import("@orama/stemmers/hungarian"), import("@orama/stopwords/hungarian")]),
  indonesian: () => Promise.all([import("@orama/stemmers/indonesian"), import("@orama/stopwords/indonesian")]),
  irish: () => Promise.all([import("@orama/stemmers/irish"), import("@orama/stopwords/irish")]),
  italian: () => Promise.all([import("@orama/stemmers/italian"), import("@orama/stopwords/italian")]),
  lithuanian: () => Promise.all([import("@orama/stemmers/lithuanian"), import("@orama/stopwords/lithuanian")]),
  nepali: () => Promise.all([import("@orama/stemmers/nepali"), import("@orama/stopwords/nepali")]),
  norwegian: () => Promise.all([import("@orama/stemmers/norwegian"), import("@orama/stopwords/norwegian")]),
  portuguese: () => Promise.all([import("@orama/stemmers/portuguese"), import("@orama/stopwords/portuguese")]),
  romanian: () => Promise.all([import("@orama/stemmers/romanian"), import("@orama/stopwords/romanian")]),
  russian: () => Promise.all([import("@orama/stemmers/russian"), import("@orama/stopwords/russian")]),
  serbian: () => Promise.all([import("@orama/stemmers/serbian"), import("@orama/stopwords/serbian")]),
  spanish: () => Promise.all([import("@orama/stemmers/spanish"), import("@orama/stopwords/spanish")]),
  swedish: () => Promise.all([import("@orama/stemmers/swedish"), import("@orama/stopwords/swedish")]),
  tamil: () => Promise.all([import("@orama/stemmers/tamil"), import("@orama/stopwords/tamil")]),
  turkish: () => Promise.all([import("@orama/stemmers/turkish"), import("@orama/stopwords/turkish")]),
};

const loaded = new Map<Language, Promise<Stemming>>();

/** The stemming of a language, loaded when it is first asked for. */
export function loadStemming(language: Language): Promise<Stemming> {
  let stemming = loaded.get(language);
  if (stemming === undefined) {
    stemming = load(language);
    loaded.set(language, stemming);
  }
  return stemming;
}

async function load(language: Language): Promise<Stemming> {
  if (language === "simple") return simple;
  const [{ stemmer }, { stopwords }] = await modules[language]();
  return { stem: remembering(stemmer), stopWords: new Set(stopwords.flatMap(stopWordsOf)) };
}

/** Words whose stems are remembered; then all are forgotten. */
const mostRemembered = 20_000;

/** The words of a text are mostly those of the texts before it. */
function remembering(stem: Stemming["stem"]): Stemming["stem"] {
  const stems = new Map<string, string>();
  return (word) => {
    let known = stems.get(word);
    if (known === undefined) {
      known = stem(word);
      if (stems.size >= mostRemembered) stems.clear();
      stems.set(word, known);
    }
    return known;
  };
}

/** The word, and what is left of it where an apostrophe ends words: of `they've` the `ve`, but not of `won't` the `won`. */
function stopWordsOf(word: string): string[] {
  const folded = fold(word);
  return [folded, ...folded.split(/['’]/).filter((part) => part.length <= longestRest)];
}

const longestRest = 2;
