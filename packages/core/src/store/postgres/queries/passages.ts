import { PersistoError } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { Passage } from "../../store.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { isDeferred } from "../vector-index.js";
import { binaryArray, binarySparseVector, binaryVector } from "../binary-vectors.js";

/** A passage at its place in a memory. */
interface OrderedPassage extends Omit<Passage, "terms"> {
  /** Null to be found later. */
  readonly terms: Passage["terms"] | null;
  readonly ordinal: number;
}

/** A passage of the stored memory `seq`. */
export interface PlacedPassage extends OrderedPassage {
  readonly seq: string;
}

/** From so many passages on a vector index is not kept up to date row by row, which takes 5 times as long as the rows themselves. */
export const bulkRows = 64;

/** Rows a statement: larger ones gain nothing and hold up the embedded database. */
const batchRows = 500;

/** The columns of passages as arrays: ordinal, content, embedding, terms, length; the first is parameter `first`. */
export function passageColumns({ vectorType }: EmbeddingSpace, first: number): string {
  const types = ["int", "text", vectorType, "sparsevec", "int"];
  return types.map((type, index) => `$${first + index}::${type}[]`).join(", ");
}

/** The parameters of `passageColumns`. */
export function bindPassages({ vectorType, typeIds }: EmbeddingSpace, passages: readonly OrderedPassage[]): unknown[] {
  const vectors = passages.map(({ vector }) => binaryVector(vector, vectorType));
  const weights = passages.map(({ terms }) => terms && binarySparseVector(terms.weights));
  return [
    passages.map(({ ordinal }) => ordinal),
    passages.map(({ content }) => content),
    binaryArray(vectors, typeIds.vector),
    binaryArray(weights, typeIds.sparseVector),
    passages.map(({ terms }) => terms && terms.length),
  ];
}

/** Common table expressions `chunk` and `embedding` that insert the rows of another one, `passage`. */
export function storePassages({ table }: EmbeddingSpace): string {
  return `chunk as (
      insert into persisto.chunks (project_id, memory_seq, ordinal, namespace_id, expires_at, content, terms, length)
      select $1, seq, ordinal, namespace_id, expires_at, content, terms, length
      from passage
      returning 1
    ),
    embedding as (
      insert into ${table} (project_id, memory_seq, ordinal, namespace_id, expires_at, embedding, deferred)
      select $1, seq, ordinal, namespace_id, expires_at, embedding, deferred
      from passage
      returning 1
    )`;
}

/** Deletes the passages of memories, with their vectors. */
export async function deletePassages(query: Query, scope: Scope, seqs: readonly string[]): Promise<void> {
  if (seqs.length === 0) return;
  await query("delete from persisto.chunks where project_id = $1 and memory_seq = any($2::int8[])", [
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
    `with input as materialized (
      select m.seq, m.namespace_id, m.expires_at, p.ordinal, p.content, p.embedding, p.terms, p.length
      from unnest($2::int8[], ${passageColumns(space, 3)}) as p (seq, ordinal, content, embedding, terms, length)
      join persisto.memories m on m.project_id = $1 and m.seq = p.seq
    ),
    namespace as materialized (
      select n.namespace_id, ${isDeferred(space, { namespaceId: "n.namespace_id", isBulk })} as deferred
      from (select distinct namespace_id from input) n
    ),
    passage as materialized (
      select input.*, namespace.deferred from input join namespace using (namespace_id)
    ),
    ${storePassages(space)}
    select count(*)::int as count from embedding`,
    [scope.projectId, passages.map(({ seq }) => seq), ...bindPassages(space, passages)],
  );
  // PGlite has been seen to drop a write without an error; the transaction must not commit then.
  if (row?.count !== passages.length) {
    throw new PersistoError("internal", `Stored ${row?.count ?? 0} of ${passages.length} passages; nothing was saved.`);
  }
}
