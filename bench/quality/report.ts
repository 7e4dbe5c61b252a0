import type { Quality } from "../lib/measures.js";

/** How well one way of retrieval answers one group of a set's questions. */
export interface QualityRow {
  readonly set: string;
  /** `all`, `adversarial` or `paraphrased`. */
  readonly group: string;
  readonly retrieval: string;
  readonly quality: Quality;
}

const columns: readonly { readonly title: string; readonly measure: keyof Quality }[] = [
  { title: "any@1", measure: "anyAt1" },
  { title: "recall@5", measure: "recallAt5" },
  { title: "recall@10", measure: "recallAt10" },
  { title: "nDCG@10", measure: "ndcgAt10" },
  { title: "MRR", measure: "meanReciprocalRank" },
  { title: "P@10", measure: "precisionAt10" },
];

/** The rows of one set as a Markdown table. */
export function qualityTable(rows: readonly QualityRow[]): string {
  return [
    `| questions | | retrieval | ${columns.map(({ title }) => title).join(" | ")} |`,
    `|---|---|---|${"---|".repeat(columns.length)}`,
    ...rows.map(({ group, retrieval, quality }) => {
      const figures = columns.map(({ measure }) => quality[measure].toFixed(3));
      return `| ${group} | ${quality.questions} | ${retrieval} | ${figures.join(" | ")} |`;
    }),
  ].join("\n");
}
