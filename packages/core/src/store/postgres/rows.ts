import type { MemoryRecord, Metadata, QueryLogEntry } from "@persisto/contract";
import type { Candidate } from "../store.js";
import { parseVector } from "./parse-vector.js";

/** The columns of a record, for select and returning lists over `m` (memories) and `n` (namespaces). */
export const recordColumns = `m.id, n.name as namespace, m.content, m.metadata, m.created_at, m.updated_at, m.expires_at`;

/** True for a record that has not expired, by the database's clock. */
export function isLive(alias: string): string {
  return `(${alias}.expires_at is null or ${alias}.expires_at > now())`;
}

/**
 * True for a record of the namespace; both arguments are placeholders. Not a join on the name: the planner would
 * then walk the whole project to find the rows of a small namespace in order.
 */
export function isInNamespace(project: string, namespace: string): string {
  return `m.namespace_id = (select id from persisto.namespaces where project_id = ${project} and name = ${namespace})`;
}

export interface RecordRow {
  id: string;
  namespace: string;
  content: string;
  metadata: Metadata;
  created_at: Date;
  updated_at: Date;
  expires_at: Date | null;
}

export function toRecord(row: RecordRow): MemoryRecord {
  return {
    id: row.id,
    namespace: row.namespace,
    content: row.content,
    metadata: row.metadata,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}

export interface CandidateRow {
  id: string;
  content: string;
  metadata: Metadata;
  created_at: Date;
  expires_at: Date | null;
  ordinal: number;
  chunk_count: number;
  age_seconds: number;
  // The others are asked for where something depends on them: a short query spends as long on a column as on a row.
  similarity?: number;
  vector_rank?: number | null;
  background?: number;
  seq?: string;
  previous_seq?: string | null;
  text_score?: number;
  text_rank?: number | null;
  vector?: string;
}

export function toCandidate(row: CandidateRow, namespace: string): Candidate {
  return {
    id: row.id,
    namespace,
    content: row.content,
    metadata: row.metadata,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    chunk: { index: row.ordinal, count: row.chunk_count },
    similarity: row.similarity ?? 0,
    background: row.background ?? 0,
    textScore: row.text_score ?? 0,
    vectorRank: row.vector_rank ?? null,
    textRank: row.text_rank ?? null,
    ageSeconds: row.age_seconds,
    sequence: row.seq ?? null,
    previousSequence: row.previous_seq ?? null,
    vector: row.vector === undefined ? null : parseVector(row.vector),
  };
}

export interface QueryLogRow {
  id: string;
  namespace: string;
  query_text: string;
  filters: QueryLogEntry["filters"];
  top_k: number;
  mode: string;
  result_count: number;
  duration_ms: number;
  asked_at: Date;
}

export function toQueryLogEntry(row: QueryLogRow): QueryLogEntry {
  return {
    namespace: row.namespace,
    queryText: row.query_text,
    filters: row.filters,
    topK: row.top_k,
    mode: row.mode,
    count: row.result_count,
    durationMs: row.duration_ms,
    timestamp: row.asked_at.toISOString(),
  };
}
