import type { Language, Metadata } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { NamespaceStatistics } from "../../store.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { hasIndex } from "../vector-index.js";
import { parseSparseKeys, parseVector } from "../parse-vector.js";

/** Passages whose terms are counted: all of a namespace up to this size. */
const sampledPassages = 2_000;

/** Vectors that the mean is of, from at most as many memories; more make it no better. */
const averagedPassages = 200;

/** Places of a large namespace that a sample is taken from, and neighbouring memories at each. */
const places = 250;
const memoriesAPlace = 8;

/** What plans are made by; null for an unknown namespace. */
export async function namespaceStatistics(
  query: Query,
  { scope, space, namespace }: { scope: Scope; space: EmbeddingSpace; namespace: string },
): Promise<NamespaceStatistics | null> {
  const [row] = await query<{
    id: string;
    language: Language;
    passages: number;
    deferred: number;
    is_indexed: boolean;
  }>(
    `select n.id::text, n.language, counts.*, ${hasIndex(space, "n.id", { isUsable: true })} as is_indexed
    from persisto.namespaces n
    cross join lateral (
      select count(*)::int as passages, (count(*) filter (where e.deferred))::int as deferred
      from ${space.table} e
      where e.project_id = n.project_id and e.namespace_id = n.id
    ) as counts
    where n.project_id = $1 and n.name = $2`,
    [scope.projectId, namespace],
  );
  if (!row) return null;
  const { id, language, passages, deferred } = row;
  const sample = await query<TermsRow>(passages <= sampledPassages ? allTerms : someTerms, [scope.projectId, id]);
  return {
    id,
    language,
    passages,
    deferred,
    isIndexed: row.is_indexed,
    sample: countTerms(sample),
    meanVector: await meanVector(query, { scope, space, namespaceId: id }),
  };
}

interface TermsRow {
  terms: string;
  length: number;
}

/** Metadata of memories spread over the whole namespace. */
export async function sampleMetadata(
  query: Query,
  { scope, namespaceId, limit }: { scope: Scope; namespaceId: string; limit: number },
): Promise<Metadata[]> {
  const rows = await query<{ metadata: Metadata }>(
    // In an order of chance, or the limit would leave the youngest out.
    `${sampledMemories} select m.metadata from sampled m order by hashint8(m.seq) limit $3::int`,
    [scope.projectId, namespaceId, limit],
  );
  return rows.map(({ metadata }) => metadata);
}

const allTerms = `select terms::text, length
  from persisto.chunks
  where project_id = $1 and namespace_id = $2::bigint and terms is not null`;

/**
 * Numbers of memories rise with time, so places spread over them are spread over the namespace's history. Each is found by
 * the index only while all of its arithmetic is of whole numbers, and done before: row security keeps what might fail away
 * from indexes.
 */
const sampledMemories = `with bounds as materialized (
    select min(seq) as low, max(seq) as high from persisto.memories where project_id = $1 and namespace_id = $2::bigint
  ),
  place as materialized (
    select low + (high - low) * number / ${places + 1} as seq
    from bounds
    cross join generate_series(1, ${places}) as number
  ),
  sampled as (
    select m.seq, m.metadata
    from place
    cross join lateral (
      select seq, metadata
      from persisto.memories s
      where project_id = $1 and namespace_id = $2::bigint and s.seq >= place.seq
      order by s.seq
      limit ${memoriesAPlace}
    ) as m
  )`;

const someTerms = `${sampledMemories}
  select c.terms::text, c.length
  from sampled m
  join persisto.chunks c on c.project_id = $1 and c.memory_seq = m.seq
  where c.terms is not null
  limit ${2 * sampledPassages}`;

/** Keeps the passages of a memory apart from those of others when they are put in an order of chance. */
const passageStride = "1000000007::bigint";

/**
 * The mean of vectors from all over the namespace. Long memories count by all their passages, as in a search: by their first
 * ones alone the mean would be that of beginnings.
 */
async function meanVector(
  query: Query,
  { scope, space, namespaceId }: { scope: Scope; space: EmbeddingSpace; namespaceId: string },
): Promise<Float32Array | null> {
  const [row] = await query<{ mean: string | null }>(
    `${sampledMemories}
    select avg(e.embedding)::text as mean
    from (
      select c.memory_seq, c.ordinal
      from (
        select seq from (select distinct seq from sampled) as s order by hashint8(seq) limit ${averagedPassages}
      ) as m
      join persisto.chunks c on c.project_id = $1 and c.memory_seq = m.seq
      order by hashint8(c.memory_seq + ${passageStride} * c.ordinal)
      limit ${averagedPassages}
    ) as c
    join ${space.table} e on e.project_id = $1 and e.memory_seq = c.memory_seq and e.ordinal = c.ordinal`,
    [scope.projectId, namespaceId],
  );
  return row?.mean ? parseVector(row.mean) : null;
}

function countTerms(rows: readonly TermsRow[]): NamespaceStatistics["sample"] {
  const frequencies = new Map<number, number>();
  let length = 0;
  for (const { terms, length: passageLength } of rows) {
    length += passageLength;
    for (const key of parseSparseKeys(terms)) frequencies.set(key, (frequencies.get(key) ?? 0) + 1);
  }
  return { passages: rows.length, frequencies, length };
}
