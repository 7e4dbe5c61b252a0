import { passageTerms, type PassageTerms } from "../lexical/passage-terms.js";
import { textAnalyzer } from "../lexical/text-analyzer.js";
import type { Store, UnanalyzedPassage } from "../store/store.js";

/** Passages a step: their texts are held in memory, and a step holds up the embedded database for some 50 ms. */
const batchSize = 200;

/**
 * Finds the terms of every passage that has none: of namespaces whose language was changed, and of stores that an older
 * version made. Gives how many it found.
 */
export async function analyzePassages(store: Pick<Store, "unanalyzed" | "storeTerms">): Promise<number> {
  let total = 0;
  for (;;) {
    const passages = await store.unanalyzed(batchSize);
    const stored = passages.length === 0 ? 0 : await store.storeTerms(await Promise.all(passages.map(withTerms)));
    total += stored;
    // Those that changed meanwhile come again; when none was left as it was, the next run is soon enough.
    if (passages.length < batchSize || stored === 0) return total;
  }
}

async function withTerms(passage: UnanalyzedPassage): Promise<UnanalyzedPassage & { terms: PassageTerms }> {
  const analyzer = await textAnalyzer(passage);
  return { ...passage, terms: passageTerms(analyzer.terms(passage.content), (term) => analyzer.keyOf(term)) };
}
