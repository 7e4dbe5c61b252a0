import type { Language } from "@persisto/contract";

/** A query in two parts. */
export interface SplitQuery {
  /** What is looked for. */
  readonly wanted: string;
  /** What is not: `in May` of `flights, but not in May`. Null for most queries. */
  readonly excluded: string | null;
}

const commands = "(?:mention|discuss|include|reference|refer to|talk about)";
const doings =
  "(?:mentioning|discussing|including|referencing|referring to|considering|covering|touching on|focusing on)";

/**
 * Words after which comes what is not wanted, and only those that leave little doubt. `Besides` and `instead of` name what
 * stands beside the answer, `used without permission` asks for the permission, and so does `I got the card, but not the PIN`
 * for the PIN: left out, they would cost such questions more than they bring.
 */
const cues: Partial<Record<Language, string>> = {
  english: [
    "excluding|other than|with the exception of|(?:but )?not (?:including|counting)",
    String.raw`except(?: for)?(?! (?:that|when|where|if|as|to)(?!\p{L}))`,
    String.raw`but not(?<!(?<!\p{L})(?:i|we|my|our)(?!\p{L}).{0,200})`,
    `(?:but )?without (?:any )?(?:${doings}|mention of|reference to)`,
    String.raw`(?<=(?:^|[,.;:?!(]|but|and|please)\s?)(?:exclude|avoid(?:ing)? (?:any )?(?:${doings}|mentions? of|references? to)|(?:do not|don['’]t) ${commands})`,
  ].join("|"),
  dutch: "uitgezonderd|met uitzondering van|behalve",
  french: "sauf|excepté|hormis|à l['’]exception d(?:e|es|u)",
  german: "ausgenommen|mit Ausnahme (?:von|der|des)",
  italian: "tranne|eccetto|ad eccezione (?:di|dell?[aeo]?|dei|degli)",
  portuguese: "exceto|excluindo|(?:à|com) exceção d(?:e|os?|as?)",
  spanish: "excepto|excluyendo|(?:a|con) excepción de(?:l)?",
};

const patterns: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(cues).map(([language, source]) => [
    language,
    new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${source})(?![\p{L}\p{N}])`, "giu"),
  ]),
);

const never = /(?!)/g;

/** Where a clause ends. A point inside a number or a name ends none. */
const endOfClause = /[;()\n]|[,.:?!](?=\s|$)|$/u;

/** Takes what a query excludes out of it: from the cue to the end of the clause, or of the brackets it stands in. */
export function splitQuery(query: string, language: Language): SplitQuery {
  const wanted: string[] = [];
  const excluded: string[] = [];
  let start = 0;
  for (const cue of query.matchAll(patterns.get(language) ?? never)) {
    if (cue.index < start) continue;
    const before = query.slice(start, cue.index);
    const isBracketed = before.lastIndexOf("(") > before.lastIndexOf(")");
    const after = query.slice(cue.index + cue[0].length);
    const length = after.search(isBracketed ? /\)|$/u : endOfClause);
    wanted.push(before);
    excluded.push(after.slice(0, length).trim());
    start = cue.index + cue[0].length + length;
  }
  const words = excluded.filter((part) => part !== "").join(", ");
  if (words === "") return { wanted: query, excluded: null };
  return { wanted: [...wanted, query.slice(start)].join(""), excluded: words };
}
