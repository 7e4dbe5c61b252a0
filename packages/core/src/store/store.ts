import type {
  Access,
  Filters,
  JsonValue,
  Language,
  ListQueriesInput,
  MemoryRecord,
  Metadata,
  NamespaceSummary,
  QueryLogEntry,
} from "@persisto/contract";
import type { PassageTerms } from "../lexical/passage-terms.js";
import type { TextQuery } from "../lexical/text-query.js";
import type { Calibration } from "../retrieval/calibrate.js";
import type { Scope } from "../tenancy/scope.js";
import type { NewAuditEntry } from "./access-store.js";

/** A passage ready to be stored. */
export interface Passage {
  /** Null when the passage is the whole memory. */
  readonly content: string | null;
  readonly vector: Float32Array;
  readonly terms: PassageTerms;
}

/** A memory ready to be stored. */
export interface NewRecord {
  readonly namespace: string;
  /** What the terms of the passages were analysed in. */
  readonly language: Language;
  readonly id: string;
  readonly content: string;
  readonly metadata: Metadata;
  /** Seconds from now, or a time; neither for never. */
  readonly ttlSeconds: number | null;
  readonly expiresAt: string | null;
  /** Null for now, or as they are in a record that is replaced. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly passages: readonly Passage[];
  /** Bytes of passages that the user brought, which the content does not hold. */
  readonly passageBytes: number;
  /** Tokens that were embedded for the passages. */
  readonly embeddedTokens: number;
}

/** What became of a record: whether its terms were kept, which are of no use when its namespace has another language. */
export interface InsertedRecord {
  readonly expiresAt: string | null;
  readonly analyzed: boolean;
}

/** A record as changed. */
export interface ChangedRecord {
  readonly record: MemoryRecord;
  readonly analyzed: boolean;
}

/** What changes in a stored memory; undefined stays. */
export interface RecordChange {
  readonly namespace: string;
  readonly id: string;
  readonly content?:
    | {
        readonly text: string;
        readonly language: Language;
        readonly passages: readonly Passage[];
        readonly embeddedTokens: number;
      }
    | undefined;
  readonly metadata?: Metadata | undefined;
  /** Null removes the expiry. */
  readonly ttlSeconds?: number | null | undefined;
  /** What its metadata must meet before the change; else it is as good as absent. */
  readonly filters: Filters;
}

/** The vector of a query. */
export interface QueryVector {
  /** Of length 1. */
  readonly values: Float32Array;
  /** What is near to this is a candidate; of any length. */
  readonly direction: Float32Array;
  /** What the passages of the namespace have in common, or null when it does not count. */
  readonly background: Float32Array | null;
  readonly access: Access;
  /** Entries that a search of an index keeps in view. */
  readonly breadth: number;
}

/** What a query has used. */
export interface QueryUsage {
  readonly embeddedTokens: number;
}

/** What a search looks for. At least one of vector and text is given. */
export interface SearchPlan {
  readonly namespace: string;
  /** Of the namespace, from its statistics: the planner of the database must know it to use the right index. */
  readonly namespaceId: string;
  readonly vector: QueryVector | null;
  readonly text: TextQuery | null;
  readonly filters: Filters;
  /** Whether to look for what the filters keep in the index of metadata: where they keep little of much. */
  readonly filtersByIndex: boolean;
  /** Most candidates by vector, and most by text. */
  readonly candidates: number;
  /** Whether the candidates come with their vectors. */
  readonly withVectors: boolean;
  /** The query that is entered in the ledger of usage if its namespace is found; null for none. */
  readonly counts: QueryUsage | null;
}

/** A passage that may answer a query, with its exact scores by both measures. */
export interface Candidate {
  readonly id: string;
  readonly namespace: string;
  readonly content: string;
  readonly metadata: Metadata;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly chunk: { readonly index: number; readonly count: number };
  /** Cosine similarity, -1..1; 0 when the search had no vector. */
  readonly similarity: number;
  /** Inner product of the passage's vector and the background; 0 without one. */
  readonly background: number;
  /** How much the passage is about the query's terms; 0 when it has none of them. */
  readonly textScore: number;
  /** Place by each measure, from 1; null when the measure did not bring it. */
  readonly vectorRank: number | null;
  readonly textRank: number | null;
  /** By the database's clock. */
  readonly ageSeconds: number;
  /** Number of the passage's memory, and of the one saved before it in the namespace; null without a background. */
  readonly sequence: string | null;
  readonly previousSequence: string | null;
  /** Null unless asked for. */
  readonly vector: Float32Array | null;
}

/** What a search found: passages, that there is no such namespace, or that it is another now than the plan was made for. */
export type SearchResult = { readonly candidates: readonly Candidate[] } | "unknown" | "replaced";

/** What plans are made by. */
export interface NamespaceStatistics {
  readonly id: string;
  readonly language: Language;
  readonly passages: number;
  /** Passages that the vector index does not hold yet. */
  readonly deferred: number;
  /** Whether there is a vector index to use. */
  readonly isIndexed: boolean;
  /** How many of some passages, all of a small namespace, hold each term. */
  readonly sample: {
    readonly passages: number;
    readonly frequencies: ReadonlyMap<number, number>;
    /** Terms of all these passages, each time counted. */
    readonly length: number;
  };
  /** Mean of the vectors of some passages; null in a namespace without any. */
  readonly meanVector: Float32Array | null;
}

/** A passage whose terms are to be found. */
export interface UnanalyzedPassage {
  readonly projectId: string;
  readonly namespace: string;
  readonly language: Language;
  readonly seq: string;
  readonly ordinal: number;
  readonly content: string;
}

/** Which memories a statement is about. */
export interface Selection {
  readonly namespace: string;
  readonly ids?: readonly string[] | undefined;
  readonly content?: string | undefined;
  readonly filters: Filters;
}

/** Memories to be deleted, and what is written to the audit log with it. */
export interface Removal extends Selection {
  /** Null where nobody acts who could be named. */
  readonly audit: NewAuditEntry | null;
}

/** A write that was sent with a key, taken on by one attempt. */
export interface Claim {
  readonly keyHash: string;
  /** Hash of what was asked. */
  readonly fingerprint: string;
  readonly attempt: string;
  /** Longer than the write may take: whoever is silent for so long is dead. */
  readonly leaseSeconds: number;
}

/** What became of a claim. */
export type ClaimOutcome =
  | { readonly kind: "claimed" }
  | { readonly kind: "done"; readonly answer: JsonValue }
  | { readonly kind: "in progress" }
  | { readonly kind: "another request" };

/** What is stored with a write, in its transaction, to answer repetitions with; the write fails when it is no longer the claim's. */
export interface Completion<Result> {
  readonly claim: Claim;
  answerOf(result: Result): JsonValue;
}

/** A page request. */
export interface PageRequest {
  readonly namespace?: string | undefined;
  readonly filters: Filters;
  readonly order: "newest" | "oldest";
  readonly limit: number;
  /** The seq of the last record seen. */
  readonly after?: string | undefined;
  /** Whether records come with their passages: those that begin within so many of the page. Null for none. */
  readonly passages: number | null;
}

/** A record of a page. */
export interface PageRow {
  readonly seq: string;
  readonly record: MemoryRecord;
  /** Whether its passages, though asked for, are too many for this page. */
  readonly isCut: boolean;
}

/** A query to be written to the history, with how long ago it was asked. */
export interface NewQueryLogEntry extends Omit<QueryLogEntry, "timestamp"> {
  readonly projectId: string;
  readonly ageMs: number;
}

/** Which entries of the history to read; `before` is the key of the last entry seen. */
export interface HistoryRequest extends Pick<ListQueriesInput, "namespace" | "startDate" | "endDate"> {
  readonly limit: number;
  readonly before?: { readonly askedAt: string; readonly id: string } | undefined;
}

/** What a step has left: more to do, nothing, or nothing while another server builds. */
export type IndexStep = "more" | "done" | "busy";

/**
 * Where memories are kept. Every function takes the scope it works in, and none sees beyond it.
 * Expired records are invisible to all of them.
 */
export interface Store {
  /**
   * Upserts records with their passages, all or none; of several with one id in one namespace the last is kept. Gives,
   * in input order, each record's expiry, and whether its terms were kept: not when its namespace has another language.
   */
  insert(
    scope: Scope,
    records: readonly NewRecord[],
    completion: Completion<InsertedRecord[]> | null,
  ): Promise<InsertedRecord[]>;
  /** The best candidates by vector and by text, unordered. */
  search(scope: Scope, plan: SearchPlan): Promise<SearchResult>;
  /** Enters a query in the ledger of usage that no search has entered. */
  countQuery(scope: Scope, usage: QueryUsage): Promise<void>;
  /** Null for an unknown namespace. */
  statistics(scope: Scope, namespace: string): Promise<NamespaceStatistics | null>;
  /** Metadata of memories spread over the whole namespace, at most `limit`. */
  sampleMetadata(scope: Scope, namespaceId: string, limit: number): Promise<Metadata[]>;
  /** Up to two records with the id, so that the caller sees when it is ambiguous. */
  find(scope: Scope, key: { id: string; namespace?: string | undefined }): Promise<MemoryRecord[]>;
  /** Records by seq. Null for an unknown namespace. */
  page(scope: Scope, request: PageRequest): Promise<PageRow[] | null>;
  count(scope: Scope, request: Pick<PageRequest, "namespace" | "filters">): Promise<number>;
  /** The record as changed, and whether its terms were kept as by `insert`; null when absent. */
  change(
    scope: Scope,
    change: RecordChange,
    completion: Completion<ChangedRecord | null> | null,
  ): Promise<ChangedRecord | null>;
  /** The number of records deleted. */
  remove(scope: Scope, removal: Removal, completion: Completion<number> | null): Promise<number>;
  namespaces(scope: Scope): Promise<NamespaceSummary[]>;
  /** Null for an unknown namespace. */
  language(scope: Scope, namespace: string): Promise<Language | null>;
  /** Makes the namespace or changes it; the terms of its passages are then to be found anew. */
  setLanguage(scope: Scope, namespace: string, language: Language): Promise<void>;
  /** The number of live records that went with it. */
  removeNamespace(
    scope: Scope,
    removal: Pick<Removal, "namespace" | "audit">,
    completion: Completion<number> | null,
  ): Promise<number>;

  /** Takes a write on that was sent with a key, or says what has become of it. */
  claimKey(scope: Scope, claim: Claim): Promise<ClaimOutcome>;
  /** Gives up a write that came to nothing. */
  releaseKey(scope: Scope, claim: Claim): Promise<void>;
  /** Gives up every write under way, of all projects: of a store that nobody else has open, on opening it. */
  releaseAllKeys(): Promise<void>;
  /** Forgets up to `limit` keys older than a day, of all projects; gives how many. */
  removeOldKeys(limit: number): Promise<number>;

  /**
   * Writes entries in the order in which they were asked; gives the time of the last. Ages tell times less exactly than
   * some queries follow each other, so none is placed before `notBefore`, the time that an earlier write gave.
   */
  recordQueries(entries: readonly NewQueryLogEntry[], notBefore: string | null): Promise<string>;
  pageQueries(scope: Scope, request: HistoryRequest): Promise<{ id: string; entry: QueryLogEntry }[]>;
  /** Deletes up to `limit` entries of all projects that are older than so many days; gives how many. */
  removeOldQueries(days: number, limit: number): Promise<number>;

  /** Adds up the usage of hours that are over, of all projects. */
  rollUpUsage(): Promise<void>;
  /** Deletes up to `limit` entries of the ledger that are so many days old and added up; gives how many. */
  removeOldUsage(days: number, limit: number): Promise<number>;

  /** Deletes up to `limit` expired records of all projects; gives how many. */
  removeExpired(limit: number): Promise<number>;

  /** Up to `limit` passages of all projects without terms, memories saved first at the beginning. */
  unanalyzed(limit: number): Promise<UnanalyzedPassage[]>;
  /** Stores the terms of those passages that are still as they were; gives how many. */
  storeTerms(passages: readonly (UnanalyzedPassage & { readonly terms: PassageTerms })[]): Promise<number>;
  /** Whether vectors of this length can be indexed. */
  readonly isIndexable: boolean;
  /** One step towards an index over the vectors of the namespace; a short one where callers have to wait for it. */
  stepIndex(namespaceId: string, pace: { readonly isShort: boolean }): Promise<IndexStep>;
  /** Ends the steps under way that would take long; a later step begins again. */
  cancelSteps(): Promise<void>;
  /** Drops what deleted namespaces have left behind. */
  dropOrphanedIndexes(): Promise<void>;

  /** How similar texts are to the embedder, as measured when the space was first asked; null until then. */
  calibration(): Promise<Calibration | null>;
  storeCalibration(calibration: Calibration): Promise<void>;

  /** Gives the space of deleted rows back and keeps the planner's statistics, where no server does it. */
  vacuum(): Promise<void>;

  /** Resolves when the database answers. */
  ping(): Promise<void>;
}
