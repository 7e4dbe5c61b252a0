import type {
  Filters,
  ListQueriesInput,
  MemoryRecord,
  Metadata,
  NamespaceSummary,
  QueryLogEntry,
} from "@persisto/contract";
import type { Scope } from "../tenancy/scope.js";

/** A passage ready to be stored. */
export interface Passage {
  /** Null when the passage is the whole memory. */
  readonly content: string | null;
  readonly vector: Float32Array;
}

/** A memory ready to be stored. */
export interface NewRecord {
  readonly namespace: string;
  readonly id: string;
  readonly content: string;
  readonly metadata: Metadata;
  /** Null for never. */
  readonly ttlSeconds: number | null;
  readonly passages: readonly Passage[];
}

/** What changes in a stored memory; undefined stays. */
export interface RecordChange {
  readonly namespace: string;
  readonly id: string;
  readonly content?: { readonly text: string; readonly passages: readonly Passage[] } | undefined;
  readonly metadata?: Metadata | undefined;
  /** Null removes the expiry. */
  readonly ttlSeconds?: number | null | undefined;
}

/** What a search looks for. */
export interface SearchPlan {
  readonly namespace: string;
  readonly text: string;
  readonly vector: Float32Array;
  readonly filters: Filters;
  /** Most candidates by vector, and most by text. */
  readonly candidates: number;
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
  /** Cosine similarity, -1..1. */
  readonly similarity: number;
  /** Full-text rank, 0 when no word is shared; unbounded above. */
  readonly textScore: number;
  /** By the database's clock. */
  readonly ageSeconds: number;
}

/** Which memories a statement is about. */
export interface Selection {
  readonly namespace: string;
  readonly ids?: readonly string[] | undefined;
  readonly content?: string | undefined;
  readonly filters: Filters;
}

/** A page request; `before` is the seq of the last record seen. */
export interface PageRequest {
  readonly namespace?: string | undefined;
  readonly filters: Filters;
  readonly limit: number;
  readonly before?: string | undefined;
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

/** A stored API key. */
export interface StoredApiKey {
  readonly projectId: string;
  readonly id: string;
  readonly name: string;
  /** Keyed hash of the key, hexadecimal. */
  readonly hash: string;
}

/**
 * Where memories are kept. Every function takes the scope it works in, and none sees beyond it.
 * Expired records are invisible to all of them.
 */
export interface Store {
  /**
   * Upserts records with their passages, all or none; of several with one id in one namespace the last is kept. Gives
   * each record's expiry, in input order.
   */
  insert(scope: Scope, records: readonly NewRecord[]): Promise<{ expiresAt: string | null }[]>;
  /** The best candidates by vector and by text, unordered; null for an unknown namespace. */
  search(scope: Scope, plan: SearchPlan): Promise<Candidate[] | null>;
  /** Up to two records with the id, so that the caller sees when it is ambiguous. */
  find(scope: Scope, key: { id: string; namespace?: string | undefined }): Promise<MemoryRecord[]>;
  /** Records by falling seq. Null for an unknown namespace. */
  page(scope: Scope, request: PageRequest): Promise<{ seq: string; record: MemoryRecord }[] | null>;
  count(scope: Scope, request: Pick<PageRequest, "namespace" | "filters">): Promise<number>;
  /** The record as changed; null when absent. */
  change(scope: Scope, change: RecordChange): Promise<MemoryRecord | null>;
  /** The number of records deleted. */
  remove(scope: Scope, selection: Selection): Promise<number>;
  namespaces(scope: Scope): Promise<NamespaceSummary[]>;
  /** The number of live records that went with it. */
  removeNamespace(scope: Scope, namespace: string): Promise<number>;

  recordQueries(entries: readonly NewQueryLogEntry[]): Promise<void>;
  pageQueries(scope: Scope, request: HistoryRequest): Promise<{ id: string; entry: QueryLogEntry }[]>;

  /** Deletes up to `limit` expired records of all projects; gives how many. */
  removeExpired(limit: number): Promise<number>;

  addApiKey(key: StoredApiKey): Promise<void>;
  findApiKey(id: string): Promise<StoredApiKey | null>;
  countApiKeys(scope: Scope): Promise<number>;
  /** The setting's value; `initial` is stored first if there is none. */
  setting(name: string, initial: string): Promise<string>;

  /** Gives the space of deleted rows back and keeps the planner's statistics, where no server does it. */
  vacuum(): Promise<void>;

  /** Resolves when the database answers. */
  ping(): Promise<void>;
}
