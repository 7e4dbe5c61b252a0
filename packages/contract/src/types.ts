import type { Filters } from "./filter.js";
import type { Metadata } from "./json.js";
import type { HitExplanation, QueryExplanation } from "./explanation.js";
import type { Language } from "./language.js";
import type { Retrieval, RetrievalMode, RetrievalProfile } from "./profile.js";

// The docs of these are here, and the main entry stays free of zod; that each of them is exactly what its schema infers
// is proved by http/schema-types.test.ts, which the compiler runs, so the two cannot drift apart.

/** A stored memory. Times are ISO 8601 in UTC with milliseconds. */
export interface MemoryRecord {
  id: string;
  namespace: string;
  content: string;
  metadata: Metadata;
  createdAt: string;
  updatedAt: string;
  /** When the memory becomes invisible; null for never. */
  expiresAt: string | null;
  /** In their order. Present when asked for with `withPassages`. */
  passages?: StoredPassage[];
}

/** A passage of a memory: what is searched. */
export interface StoredPassage {
  content: string;
  /** Of the store's dimensions and of length 1, as precise as the store keeps it. */
  embedding: number[];
}

/** Names one memory. Ids are unique inside a namespace. */
export interface RecordKey {
  id: string;
  /** Needed only when several namespaces hold the id. */
  namespace?: string;
}

/** What to remember. */
export interface SaveInput {
  namespace: string;
  content: string;
  metadata?: Metadata;
  /**
   * Seconds until the memory expires; null keeps it for ever. Absent: what the store gives memories of the namespace,
   * which is for ever unless it is told otherwise.
   */
  ttlSeconds?: number | null;
  /** When it expires, in place of `ttlSeconds`: ISO 8601, in the next ten years; null keeps it for ever. */
  expiresAt?: string | null;
  /** Yours, or generated (UUIDv7). Saving an id again replaces that memory. */
  id?: string;
  /**
   * A vector of your own for the content, of the store's dimensions and from the model of its embedder; any length but
   * zero. The content is then one passage and is not embedded.
   */
  embedding?: number[];
  /** Passages of your own, in place of those that the content would be split into; at most 1,000, and twice as long as a content may be. */
  passages?: PassageInput[];
  /**
   * ISO 8601, not in the future: when it was made, if that was not now. Recency goes by it; lists keep the order in which
   * memories were saved. Absent: now, or as it was for a memory that is replaced.
   */
  createdAt?: string;
  /** ISO 8601, not in the future and not before `createdAt`, with which it must come. Absent: `createdAt`, or now. */
  updatedAt?: string;
}

/** A passage of your own. */
export interface PassageInput {
  /** What is searched and shown. It need not stand in the memory's content. */
  content: string;
  /** As in `SaveInput`. Absent: the content of the passage is embedded. */
  embedding?: number[];
}

/** One memory of a batch, as saved. */
export interface SavedMemory {
  id: string;
  /** Passages the content was split into. */
  chunks: number;
}

/** A memory as saved. */
export interface SaveResult extends SavedMemory {
  expiresAt: string | null;
}

/** What to recall. */
export interface QueryInput {
  namespace: string;
  /** What to look for. Can be left out when `embedding` is given, for a search by vector alone. */
  query?: string;
  /** A vector of your own for the query, as in `SaveInput`; the query is then not embedded. */
  embedding?: number[];
  filters?: Filters;
  /** A profile by name, built in or the store's own, or as data. Default: the store's default, which is `strict` unless it is told otherwise. */
  mode?: RetrievalMode | (string & {}) | RetrievalProfile;
  /** Results wanted, 1..100; overrides the profile's. */
  k?: number;
  /** Overrides the profile's. */
  retrieval?: Retrieval;
  /** Overrides the profile's. */
  groupBy?: "memory" | "passage";
  /** Whether the store's reranker puts the best hits in a new order. Default false. @throws when the store has none. */
  rerank?: boolean;
  /** Whether the answer tells how it came about. Default false. */
  explain?: boolean;
}

/** A passage that answers a query. */
export interface Hit {
  id: string;
  namespace: string;
  /** The passage: the whole memory when it is short, one chunk of it when it is long. */
  content: string;
  metadata: Metadata;
  createdAt: string;
  expiresAt: string | null;
  /** Cosine similarity of query and passage, -1..1; null when the query was not embedded (retrieval `text`). */
  similarity: number | null;
  /** What hits are ranked by, 0..1. Comparable inside one result only. */
  score: number;
  /** Which passage of its memory this is. */
  chunk: { index: number; count: number };
  /** Present when asked for with `explain`. */
  explanation?: HitExplanation;
}

/** Hits, best first. */
export interface QueryResult {
  results: Hit[];
  /** Candidates that were left out because they match the query too little for the profile. */
  dropped: number;
  /** Present when asked for with `explain`. */
  explanation?: QueryExplanation;
}

/** Which memories to page through. */
export interface ListInput {
  /** Absent: every namespace of the project. */
  namespace?: string;
  filters?: Filters;
  /** Those saved last come first, or those saved first. Default `newest`. */
  order?: "newest" | "oldest";
  /** Page size, 1..1000. Default 100. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
  /** Also count every match. Costs a scan. */
  withTotal?: boolean;
  /** With the passages and their vectors. A page then ends after some 500 passages, whatever its `limit`. */
  withPassages?: boolean;
}

/** A page of memories. */
export interface MemoryPage {
  memories: MemoryRecord[];
  /** Null on the last page. */
  nextCursor: string | null;
  /** Present when asked for with `withTotal`. */
  total?: number;
}

/** What to change in a memory; what is absent stays. */
export interface UpdateInput extends RecordKey {
  /** New content is split and embedded again. */
  content?: string;
  /** Replaces the metadata as a whole. */
  metadata?: Metadata;
  /** Seconds from now until it expires; null removes the expiry. */
  ttlSeconds?: number | null;
}

/** Which memories to delete; every condition given must hold, and at least one must be given. */
export interface DeleteInput {
  namespace: string;
  ids?: string[];
  /** Memories with exactly this content. */
  content?: string;
  filters?: Filters;
}

/** How many memories were deleted. */
export interface DeleteResult {
  count: number;
}

/** A namespace and how many live memories it holds. */
export interface NamespaceSummary {
  namespace: string;
  count: number;
}

/** Settings of a namespace. */
export interface NamespaceSettings {
  namespace: string;
  /** How its words are stemmed. A new namespace has the store's default. */
  language: Language;
}

/** Which queries of the history to page through, newest first. */
export interface ListQueriesInput {
  namespace?: string;
  /** ISO 8601; queries at or after it. */
  startDate?: string;
  /** ISO 8601; queries before it. */
  endDate?: string;
  /** Page size, 1..1000. Default 100. */
  limit?: number;
  cursor?: string;
}

/** A query that was asked. */
export interface QueryLogEntry {
  namespace: string;
  /** What was asked; `sha256:` and a keyed hash of it, or empty, in a store that keeps no texts. */
  queryText: string;
  /** Empty in a store that keeps no texts. */
  filters: Filters;
  /** Results wanted. */
  topK: number;
  /** `strict`, `fuzzy`, `recency`, or the name of a custom profile. */
  mode: string;
  /** Results found. */
  count: number;
  durationMs: number;
  timestamp: string;
}

/** A page of the query history. */
export interface QueryLogPage {
  queries: QueryLogEntry[];
  /** Null on the last page. */
  nextCursor: string | null;
}
