import type { Retrieval } from "./profile.js";

/** How a search reads one of its two measures: every passage that may count, or an index. */
export type Access = "exact" | "index";

/** How an answer came about. */
export interface QueryExplanation {
  /** The profile's name. */
  mode: string;
  retrieval: Retrieval;
  /** What the query says it does not want, and what was therefore not looked for; null for most queries. */
  excluded: string | null;
  /** Passages of the namespace, as last counted: what the choice of the plan went by. */
  passages: number;
  /** Share of the memories that the filters keep, 0..1, estimated on a sample; null when it was not needed. */
  selectivity: number | null;
  /** How each measure was read; null for one that was not asked. */
  plan: { vector: Access | null; text: Access | null };
  /**
   * Passages that the vector index has not taken in yet, as last counted: they are read one by one beside it. Null when
   * the plan does not use it.
   */
  unindexed: number | null;
  /** Candidates by each measure, and of both together. */
  candidates: { vector: number; text: number; all: number };
  /** Milliseconds of each stage; `rerank` is 0 without a reranker. */
  durationsMs: { embed: number; plan: number; search: number; rank: number; rerank: number; total: number };
}

/** Why a hit stands where it stands. */
export interface HitExplanation {
  /** Its place among the candidates by vector similarity, from 1; null when it is not among the nearest. */
  vectorRank: number | null;
  /** Its place among the candidates by text, from 1; null when it is not among the best. */
  textRank: number | null;
  /** Text score: the sum over the query's terms of how rare each is times how much the passage is about it. */
  textScore: number;
  /** What made the score; they add up to it. `neighbours` comes from memories saved just before and after that match better. */
  parts: { vector: number; text: number; neighbours: number; recency: number };
  /** How well it answers by itself, 0..1; what `minRelevance` is compared with. */
  relevance: number;
  /** What the reranker said, in its own scale; null without one. */
  rerankScore: number | null;
}
