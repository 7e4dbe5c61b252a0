import type { Scope } from "../../../tenancy/scope.js";
import { SqlError, type Query } from "../../sql-client.js";
import type { InsertedRecord, NewRecord } from "../../store.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { isDeferred } from "../vector-index.js";
import { bindPassages, bulkRows, passageColumns, storePassages } from "./passages.js";

/** More are stored in parts, by a transaction. */
const mostPassages = 1_000;

/** What the statement fails with when it is to be undone, and when the namespace is deleted at the same moment. */
const notAnInteger = "22P02";
const foreignKeyViolation = "23503";

/**
 * Inserts records in one statement, which needs no transaction around it, if their namespaces exist and none of their
 * ids does. Gives null, and has done nothing, when that is not so, or when the database has lost a write without an
 * error, as PGlite has been seen to do. No two may have one id in one namespace.
 */
export async function insertNewRecords(
  query: Query,
  { scope, space, records }: { scope: Scope; space: EmbeddingSpace; records: readonly NewRecord[] },
): Promise<InsertedRecord[] | null> {
  const passages = records.flatMap((record, index) =>
    record.passages.map((passage, ordinal) => ({ ...passage, record: index + 1, ordinal })),
  );
  if (passages.length > mostPassages) return null;
  const isBulk = passages.length >= bulkRows;
  try {
    const rows = await query<{ expires_at: Date | null; analyzed: boolean }>(
      insertStatement(space, isBulk),
      [
        scope.projectId,
        [...new Set(records.map(({ namespace }) => namespace))],
        records.map(({ namespace }) => namespace),
        records.map(({ language }) => language),
        records.map(({ id }) => id),
        records.map(({ content }) => content),
        records.map(({ metadata }) => JSON.stringify(metadata)),
        records.map(({ ttlSeconds }) => ttlSeconds),
        records.map(({ expiresAt }) => expiresAt),
        records.map(({ createdAt }) => createdAt),
        records.map(({ updatedAt }) => updatedAt),
        records.map((record) => record.passages.length),
        records.map(({ passageBytes }) => passageBytes),
        passages.map(({ record }) => record),
        ...bindPassages(space, passages),
      ],
      // A plan for many rows is worth making anew.
      { reuse: !isBulk },
    );
    return rows.length === 0
      ? null
      : rows.map(({ expires_at: expiresAt, analyzed }) => ({
          expiresAt: expiresAt?.toISOString() ?? null,
          analyzed,
        }));
  } catch (error) {
    if (error instanceof SqlError && [notAnInteger, foreignKeyViolation].includes(error.sqlState)) return null;
    throw error;
  }
}

function insertStatement(space: EmbeddingSpace, isBulk: boolean): string {
  return `with namespace as materialized (
      select n.id, n.name, n.language, ${isDeferred(space, { namespaceId: "n.id", isBulk })} as deferred
      from persisto.namespaces n
      where n.project_id = $1 and n.name = any($2::text[])
      -- Locked, and in one order, as by a save that finds some of its ids taken.
      order by n.id
      for key share
    ),
    input as materialized (
      select i.*, nextval('persisto.memory_seq') as seq
      from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[],
        $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::int[], $13::int[]) with ordinality
        as i (namespace, language, id, content, metadata, ttl_seconds, expires_at, created_at, updated_at, chunk_count, passage_bytes, number)
    ),
    placed as materialized (
      select i.id, i.seq, i.content, i.metadata, i.created_at, i.updated_at, i.chunk_count, i.passage_bytes, i.number,
        n.id as namespace_id, n.deferred, n.language = i.language as analyzed,
        coalesce(i.expires_at, now() + make_interval(secs => i.ttl_seconds)) as expires_at
      from input i
      join namespace n on n.name = i.namespace
    ),
    new as materialized (
      select * from placed
      where (select count(*) from placed) = (select count(*) from input)
    ),
    memory as (
      insert into persisto.memories (project_id, namespace_id, id, seq, content, metadata, chunk_count, expires_at,
        created_at, updated_at, passage_bytes)
      select $1, n.namespace_id, n.id, n.seq, n.content, n.metadata::jsonb, n.chunk_count, n.expires_at,
        coalesce(n.created_at, now()), coalesce(n.updated_at, now()), n.passage_bytes
      from new n
      -- One order for all, so that concurrent batches wait for each other instead of deadlocking.
      order by n.namespace_id, n.id
      on conflict do nothing
      returning 1
    ),
    passage as materialized (
      select n.seq, p.ordinal, n.namespace_id, n.expires_at, n.deferred, p.content, p.embedding,
        case when n.analyzed then p.terms end as terms, case when n.analyzed then p.length end as length
      from unnest($14::int[], ${passageColumns(space, 15)}) as p (record, ordinal, content, embedding, terms, length)
      join new n on n.number = p.record
      where (select count(*) from memory) = (select count(*) from new)
    ),
    ${storePassages(space)}
    select n.expires_at, n.analyzed,
      -- All or none: an error undoes the statement. It is for whoever reads the server's log.
      (case
        when (select count(*) from chunk) = cardinality($14::int[]) and (select count(*) from embedding) = cardinality($14::int[])
        then '1' else 'some ids exist, or a write was lost; Persisto saves in another way' end)::int as complete
    from new n
    where (select count(*) from memory) > 0
    order by n.number`;
}
