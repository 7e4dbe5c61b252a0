import type { Language } from "@persisto/contract";
import { analyze } from "./analyze.js";
import { loadStemming } from "./stemming.js";
import { termKeyer } from "./term-key.js";

/** Finds the terms of texts, in the way of one namespace. */
export interface TextAnalyzer {
  terms(text: string): string[];
  /** Under which key the namespace keeps a term. */
  keyOf(term: string): number;
}

export async function textAnalyzer(where: {
  projectId: string;
  namespace: string;
  language: Language;
}): Promise<TextAnalyzer> {
  const stemming = await loadStemming(where.language);
  return { terms: (text) => analyze(text, stemming), keyOf: termKeyer(where.projectId, where.namespace) };
}
