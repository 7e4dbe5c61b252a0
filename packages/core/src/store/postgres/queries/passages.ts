import { PersistoError } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { Passage } from "../../store.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { isDeferred } from "../vector-index.js";
import { binaryArray, binarySparseVector, binaryVector } from "../binary-vectors.js";

/** A passage of the stored memory `seq`. */
export interface PlacedPassage extends Omit<Passage, "terms"> {
  /** Null to be found later. */
  readonly terms: Passage["terms"] | null;
  readonly seq: string;
  readonly ordinal: number;
}

/** From so many on a vector index is not kept up to date row by row, which takes 5 times as long as the rows themselves. */
const bulkRows = 64;

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
    const batch = passages.slice(start, start + batchRows);
    await insertBatch(query, { scope, space, passages: batch, isBulk: passages.length >= bulkRows });
  }
}

async function insertBatch(
  query: Query,
  {
    scope,
    space,
    passages,
    isBulk,
  }: { scope: Scope; space: EmbeddingSpace; passages: readonly PlacedPassage[]; isBulk: boolean },
): Promise<void> {
  const [row] = await query<{ count: number }>(
    `with passage as (
      select m.project_id, m.seq, m.namespace_id, m.expires_at, p.ordinal::int as ordinal, p.content, p.embedding, p.terms, p.length
      from unnest($2::text[], $3::text[], $4::text[], $5::${space.vectorType}[], $6::sparsevec[], $7::text[])
        as p (seq, ordinal, content, embedding, terms, length)
      join persisto.memories m on m.project_id = $1 and m.seq = p.seq::bigint
    ),
    chunk as (
      insert into persisto.chunks (project_id, memory_seq, ordinal, namespace_id, expires_at, content, terms, length)
      select project_id, seq, ordinal, namespace_id, expires_at, content, terms, length::int
      from passage
    ),
    embedding as (
      insert into ${space.table} (project_id, memory_seq, ordinal, namespace_id, expires_at, embedding, deferred)
      select project_id, seq, ordinal, namespace_id, expires_at, embedding, ${isDeferred(space, isBulk)}
      from passage
      returning 1
    )
    select count(*)::int as count from embedding`,
    [
      scope.projectId,
      passages.map(({ seq }) => seq),
      passages.map(({ ordinal }) => String(ordinal)),
      passages.map(({ content }) => content),
      binaryArray(
        passages.map(({ vector }) => binaryVector(vector, space.vectorType)),
        space.typeIds.vector,
      ),
      binaryArray(
        passages.map(({ terms }) => terms && binarySparseVector(terms.weights)),
        space.typeIds.sparseVector,
      ),
      passages.map(({ terms }) => (terms === null ? null : String(terms.length))),
    ],
  );
  // PGlite has been seen to drop a write without an error; the transaction must not commit then.
  if (row?.count !== passages.length) {
    throw new PersistoError("internal", `Stored ${row?.count ?? 0} of ${passages.length} passages; nothing was saved.`);
  }
}
