/** The retrieval profiles that come with Persisto. */
export type RetrievalMode = "strict" | "fuzzy" | "recency";

/** Which measures find and score passages: vectors and words together, or one of them alone. */
export type Retrieval = "hybrid" | "vector" | "text";

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
  /** What finds passages: their meaning, their words, or both. Default `hybrid`. */
  retrieval?: Retrieval;
  /** Share of the ranking that vector similarity decides in hybrid retrieval, 0..1; words decide the rest. Default 0.6. */
  vectorWeight?: number;
  /**
   * Relevance, 0..1, below which a passage is dropped; means the same with every embedder. 0 is an unrelated text; 1 is
   * as similar as an answer to its question and has all words of the query; hybrid retrieval takes the mean of the two.
   * Default 0.25; 0 for text retrieval, which drops passages without a word of the query, and where `minSimilarity` is
   * given.
   */
  minRelevance?: number;
  /**
   * Cosine similarity, -1..1, below which a passage is dropped unless it shares a word with the query. For those who
   * know their embedder; `minRelevance` needs no such knowledge. Default -1.
   */
  minSimilarity?: number;
  /** Absent: the age of a memory does not matter. */
  recency?: RecencyPreference;
  /** How much a hit must differ from those before it, 0..1 (maximal marginal relevance). Default 0: not at all. */
  diversity?: number;
  /** Whether every passage is a hit of its own, or only the best of each memory. Default `passage`. */
  groupBy?: "memory" | "passage";
}
