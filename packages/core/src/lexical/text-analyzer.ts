import type { Language } from "@persisto/contract";
import { analyze } from "./analyze.js";
import { splitQuery, type SplitQuery } from "./exclusions.js";
import { loadStemming } from "./stemming.js";
import { termKeyer } from "./term-key.js";

/** Finds the terms of texts, in the way of one namespace. */
export interface TextAnalyzer {
  terms(text: string): string[];
  /** What a query wants and what it excludes. One that would want nothing else excludes nothing. */
  split(query: string): SplitQuery;
  /** Under which key the namespace keeps a term. */
  keyOf(term: string): number;
}

export async function textAnalyzer(where: {
  projectId: string;
  namespace: string;
  language: Language;
}): Promise<TextAnalyzer> {
  const stemming = await loadStemming(where.language);
  const terms = (text: string): string[] => analyze(text, stemming);
  return {
    terms,
    split(query) {
      const split = splitQuery(query, where.language);
      return terms(split.wanted).length > 0 ? split : { wanted: query, excluded: null };
    },
    keyOf: termKeyer(where.projectId, where.namespace),
  };
}
