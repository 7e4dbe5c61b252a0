/** The retrieval profiles that come with Persisto. */
export type RetrievalMode = "strict" | "fuzzy" | "recency";

/** How newer memories are preferred. */
export interface RecencyPreference {
  /** Share of the score that recency decides, 0..1; relevance decides the rest. */
  weight: number;
  /** Age at which the recency part of the score has fallen to one half, in days. */
  halfLifeDays: number;
}

/** How a query finds and ranks passages. Plain data; every field has a default. */
export interface RetrievalProfile {
  /** What the query history calls it. Default `custom`. */
  name?: string;
  /** Results wanted, 1..100. Default 10. */
  k?: number;
  /** Share of relevance that vector similarity decides, 0..1; full text decides the rest. Default 0.5. */
  vectorWeight?: number;
  /**
   * Cosine similarity, -1..1, below which a passage is dropped unless it shares a word with the query.
   * Default: the level at which the embedder's similarities turn into noise.
   */
  minSimilarity?: number;
  /** Absent: the age of a memory does not matter. */
  recency?: RecencyPreference;
}
