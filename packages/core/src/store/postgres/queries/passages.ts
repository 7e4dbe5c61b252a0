import { PersistoError } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { Passage } from "../../store.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { vectorLiteral } from "../vector-literal.js";

/** A passage of the stored memory `seq`. */
export interface PlacedPassage extends Passage {
  readonly seq: string;
  readonly ordinal: number;
}

/** Rows a statement: larger ones gain nothing and hold up the embedded database. */
const batchRows = 500;

/** Deletes the passages of memories, with their vectors. */
export async function deletePassages(query: Query, scope: Scope, seqs: readonly string[]): Promise<void> {
  if (seqs.length === 0) return;
  await query("delete from persisto.chunks where project_id = $1 and memory_seq = any($2::text[]::bigint[])", [
    scope.projectId,
    seqs,
  ]);
}

/** Stores passages of memories that are in the transaction already. */
export async function insertPassages(
  query: Query,
  { scope, space, passages }: { scope: Scope; space: EmbeddingSpace; passages: readonly PlacedPassage[] },
): Promise<void> {
  for (let start = 0; start < passages.length; start += batchRows) {
    await insertBatch(query, { scope, space, passages: passages.slice(start, start + batchRows) });
  }
}

async function insertBatch(
  query: Query,
  { scope, space, passages }: { scope: Scope; space: EmbeddingSpace; passages: readonly PlacedPassage[] },
): Promise<void> {
  const [row] = await query<{ count: number }>(
    `with passage as (
      select m.project_id, m.seq, m.namespace_id, m.expires_at, p.ordinal::int as ordinal, p.content, p.embedding,
        to_tsvector('english', coalesce(p.content, m.content)) as lexemes
      from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as p (seq, ordinal, content, embedding)
      join persisto.memories m on m.project_id = $1 and m.seq = p.seq::bigint
    ),
    chunk as (
      insert into persisto.chunks (project_id, memory_seq, ordinal, namespace_id, expires_at, content, lexemes)
      select project_id, seq, ordinal, namespace_id, expires_at, content, lexemes
      from passage
    ),
    embedding as (
      insert into ${space.table} (project_id, memory_seq, ordinal, namespace_id, expires_at, embedding)
      select project_id, seq, ordinal, namespace_id, expires_at, embedding::${space.type}
      from passage
      returning 1
    )
    select count(*)::int as count from embedding`,
    [
      scope.projectId,
      passages.map(({ seq }) => seq),
      passages.map(({ ordinal }) => String(ordinal)),
      passages.map(({ content }) => content),
      passages.map(({ vector }) => vectorLiteral(vector)),
    ],
  );
  // PGlite has been seen to drop a write without an error; the transaction must not commit then.
  if (row?.count !== passages.length) {
    throw new PersistoError("internal", `Stored ${row?.count ?? 0} of ${passages.length} passages; nothing was saved.`);
  }
}
