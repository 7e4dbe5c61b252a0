import { PersistoError } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { InsertedRecord, NewRecord } from "../../store.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { ensureNamespaces } from "./ensure-namespaces.js";
import { deletePassages, insertPassages } from "./passages.js";

interface InsertedRow {
  namespace: string;
  id: string;
  seq: string;
  expires_at: Date | null;
  replaced: boolean;
}

/**
 * Upserts records with their passages; no two may have one id in one namespace. Runs inside a transaction.
 * Two statements, not one: the second must see the passages that a concurrent save of the same id
 * committed while the first waited for its row lock.
 */
export async function upsertRecords(
  query: Query,
  { scope, space, records }: { scope: Scope; space: EmbeddingSpace; records: readonly NewRecord[] },
): Promise<InsertedRecord[]> {
  const languages = await ensureNamespaces(
    query,
    scope,
    new Map(records.map(({ namespace, language }) => [namespace, language])),
  );
  const isAnalyzed = ({ namespace, language }: NewRecord): boolean => languages.get(namespace) === language;
  const rows = await upsert(query, scope, records);
  // A record without a row means that its namespace was deleted meanwhile; nothing has been kept yet.
  if (rows.length !== records.length) {
    throw new PersistoError("conflict", "The namespace was deleted during the save; save again.", { retryable: true });
  }
  const byKey = new Map(rows.map((row) => [recordKey(row), row]));
  const inserted = records.map((record) => ({ record, row: rowOf(record, byKey) }));
  await deletePassages(
    query,
    scope,
    rows.filter(({ replaced }) => replaced).map(({ seq }) => seq),
  );
  await insertPassages(query, {
    scope,
    space,
    passages: inserted.flatMap(({ record, row }) =>
      record.passages.map((passage, ordinal) => ({
        ...passage,
        terms: isAnalyzed(record) ? passage.terms : null,
        seq: row.seq,
        ordinal,
      })),
    ),
  });
  return inserted.map(({ record, row }) => ({
    expiresAt: row.expires_at?.toISOString() ?? null,
    analyzed: isAnalyzed(record),
  }));
}

function upsert(query: Query, scope: Scope, records: readonly NewRecord[]): Promise<InsertedRow[]> {
  return query<InsertedRow>(
    `with input as materialized (
      -- Numbered here, in input order; the insert goes by id.
      select i.*, nextval('persisto.memory_seq') as seq
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::float8[],
        $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::int[])
        as i (namespace, id, content, metadata, chunk_count, ttl_seconds, expires_at, created_at, updated_at, passage_bytes)
    ),
    saved as (
      insert into persisto.memories as m (project_id, namespace_id, id, seq, content, metadata, chunk_count, expires_at,
        created_at, updated_at, passage_bytes)
      select $1, n.id, i.id, i.seq, i.content, i.metadata::jsonb, i.chunk_count,
        coalesce(i.expires_at, now() + make_interval(secs => i.ttl_seconds)),
        coalesce(i.created_at, now()), coalesce(i.updated_at, now()), i.passage_bytes
      from input i
      join persisto.namespaces n on n.project_id = $1 and n.name = i.namespace
      -- One order for all, so that concurrent batches wait for each other instead of deadlocking.
      order by n.id, i.id
      on conflict (project_id, namespace_id, id) do update set
        content = excluded.content,
        metadata = excluded.metadata,
        chunk_count = excluded.chunk_count,
        passage_bytes = excluded.passage_bytes,
        expires_at = excluded.expires_at,
        updated_at = excluded.updated_at,
        -- A record that has expired is gone for everyone; saving its id again makes a new one. Now is what stands here when no time was given.
        created_at = case when m.expires_at <= now() or excluded.created_at <> now() then excluded.created_at else m.created_at end,
        seq = case when m.expires_at <= now() then excluded.seq else m.seq end
      returning m.namespace_id, m.id, m.seq, m.expires_at, m.xmax <> 0 as replaced
    )
    select n.name as namespace, saved.id, saved.seq::text, saved.expires_at, saved.replaced
    from saved
    join persisto.namespaces n on n.project_id = $1 and n.id = saved.namespace_id`,
    [
      scope.projectId,
      records.map(({ namespace }) => namespace),
      records.map(({ id }) => id),
      records.map(({ content }) => content),
      records.map(({ metadata }) => JSON.stringify(metadata)),
      records.map(({ passages }) => passages.length),
      records.map(({ ttlSeconds }) => ttlSeconds),
      records.map(({ expiresAt }) => expiresAt),
      records.map(({ createdAt }) => createdAt),
      records.map(({ updatedAt }) => updatedAt),
      records.map(({ passageBytes }) => passageBytes),
    ],
  );
}

function rowOf(record: NewRecord, byKey: ReadonlyMap<string, InsertedRow>): InsertedRow {
  const row = byKey.get(recordKey(record));
  if (!row) throw new PersistoError("internal", "The database gave back another id than was saved; nothing was saved.");
  return row;
}

/** Tells records of one project apart. Neither part can hold a control character. */
export function recordKey({ namespace, id }: { namespace: string; id: string }): string {
  return `${namespace}\n${id}`;
}
