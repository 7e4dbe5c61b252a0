/**
 * How the words of a namespace are reduced to their stems for full-text search: the names of Postgres' text search
 * configurations. `simple` keeps every word as it is written. In all of them case and accents do not matter, and
 * scripts without spaces (Chinese, Japanese, Korean, Thai, ...) are searchable by pairs of characters.
 */
export const languages = [
  "simple",
  "arabic",
  "armenian",
  "danish",
  "dutch",
  "english",
  "finnish",
  "french",
  "german",
  "greek",
  "hindi",
  "hungarian",
  "indonesian",
  "irish",
  "italian",
  "lithuanian",
  "nepali",
  "norwegian",
  "portuguese",
  "romanian",
  "russian",
  "serbian",
  "spanish",
  "swedish",
  "tamil",
  "turkish",
] as const;

/** One of `languages`. */
export type Language = (typeof languages)[number];
