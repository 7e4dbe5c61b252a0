import type { TermStatistics } from "../lexical/text-query.js";
import type { NamespaceStatistics } from "../store/store.js";

/** The frequencies of terms in a namespace, from what was counted in all of it or in a sample. */
export function termStatistics({ passages, sample }: NamespaceStatistics): TermStatistics {
  const share = sample.passages >= passages ? 1 : passages / Math.max(1, sample.passages);
  return {
    passages,
    averageLength: sample.length / Math.max(1, sample.passages),
    frequencyOf: (key) => (sample.frequencies.get(key) ?? 0) * share,
  };
}
