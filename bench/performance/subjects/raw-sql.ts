import { dimensions } from "../corpus/text-projection.js";

/** Types of the columns, so that the same text serves both backends. */
type VectorType = "vector" | "halfvec";

/**
 * The schema a careful person writes by hand: vectors in a narrow table of their own, kept inline; indexes on what is
 * looked up, on words and on metadata.
 */
export function schema(type: VectorType): string[] {
  return [
    `create table memories (
      seq bigint generated always as identity primary key,
      namespace text not null,
      id text not null,
      content text not null,
      metadata jsonb not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz,
      lexemes tsvector not null,
      unique (namespace, id)
    )`,
    "create index on memories using gin (lexemes)",
    "create index on memories using gin (metadata jsonb_path_ops)",
    `create table embeddings (
      seq bigint primary key references memories on delete cascade,
      namespace text not null,
      expires_at timestamptz,
      embedding ${type}(${dimensions}) not null
    )`,
    "alter table embeddings alter column embedding set storage plain",
    "create index on embeddings (namespace)",
    "create index on memories (expires_at) where expires_at is not null",
  ];
}

/** $1 namespace, $2 ids, $3 contents, $4 metadata, $5 vectors, $6 seconds until they expire or null. */
export function insertRows(type: VectorType): string {
  return `
    with saved as (
      insert into memories (namespace, id, content, metadata, expires_at, lexemes)
      select $1, r.id, r.content, r.metadata::jsonb, now() + $6::float8 * interval '1 second', to_tsvector('english', r.content)
      from unnest($2::text[], $3::text[], $4::text[]) as r (id, content, metadata)
      returning seq, id, expires_at
    )
    insert into embeddings (seq, namespace, expires_at, embedding)
    select saved.seq, $1, saved.expires_at, r.embedding::${type}(${dimensions})
    from unnest($2::text[], $5::text[]) as r (id, embedding)
    join saved using (id)`;
}

/** The rows that have expired go, their vectors by the cascade; gives how many. */
export const deleteExpired = counted("delete from memories where expires_at <= now() returning 1");

/** The same for a namespace, $1. */
export const deleteNamespace = counted("delete from memories where namespace = $1 returning 1");

function counted(deletion: string): string {
  return `with removed as (${deletion}) select count(*)::int as count from removed`;
}

/**
 * An index for one namespace; the planner takes it for queries that name the namespace. The graph is that of Persisto's, so
 * that what is compared is not two indexes.
 */
export function indexNamespace(type: VectorType, namespace: string): string {
  const quoted = `'${namespace.replaceAll("'", "''")}'`;
  return `create index on embeddings using hnsw (embedding ${type}_cosine_ops) with (m = 24, ef_construction = 128) where namespace = ${quoted}`;
}

/** Entries that a search of an index keeps in view, as many as in Persisto's, for the same reason as the graph. */
export function searchBreadth(rows: number): number {
  return Math.min(1_000, Math.max(120, Math.round(2 * Math.sqrt(rows))));
}

/** How a search reads vectors: by the HNSW index of the namespace with this breadth, or exactly without one. */
interface VectorPlan {
  readonly breadth?: number | undefined;
}

/**
 * The nearest rows: $1 namespace, $2 vector, $3 how many, $4 metadata they contain. From an index three times as many
 * as wanted are fetched, because it gives them in a rough order.
 */
export function searchNearest(type: VectorType, plan: VectorPlan & { filtered: boolean }): string {
  return `
    with nearest as materialized (
      ${nearest(type, { ...plan, limit: plan.breadth === undefined ? "$3::int" : "3 * $3::int" })}
    )
    select m.id, m.content, m.metadata, m.created_at, m.expires_at, 1 - n.distance as similarity
    from nearest n
    join memories m using (seq)
    order by n.distance
    limit $3::int`;
}

/** By vector and words, fused by reciprocal ranks: $4 text; the rest as in `searchNearest`. */
export function searchHybrid(type: VectorType, plan: VectorPlan): string {
  return `
    with question as materialized (
      select string_agg('''' || replace(lexeme, '''', '''''') || '''', ' | ')::tsquery as words
      from unnest(to_tsvector('english', $4))
    ),
    nearest as materialized (
      ${nearest(type, { ...plan, filtered: false, limit: "50" })}
    ),
    matching as materialized (
      select m.seq, ts_rank(m.lexemes, (select words from question)) as rank
      from memories m
      where m.namespace = $1
        and m.lexemes @@ (select words from question)
        and (m.expires_at is null or m.expires_at > now())
      order by rank desc
      limit 50
    ),
    fused as (
      select seq, sum(1.0 / (60 + place)) as score
      from (
        select seq, row_number() over (order by distance) as place from nearest
        union all
        select seq, row_number() over (order by rank desc) as place from matching
      ) as places
      group by seq
      order by score desc
      limit $3::int
    )
    select m.id, m.content, m.metadata, m.created_at, m.expires_at, f.score
    from fused f
    join memories m using (seq)
    order by f.score desc`;
}

function nearest(type: VectorType, plan: VectorPlan & { filtered: boolean; limit: string }): string {
  const { breadth } = plan;
  const distance = `e.embedding <=> $2::${type}(${dimensions})`;
  return `select e.seq, ${distance} as distance
      from embeddings e
      ${plan.filtered ? "join memories m using (seq)" : ""}
      where e.namespace = $1
        and (e.expires_at is null or e.expires_at > now())
        ${plan.filtered ? "and m.metadata @> $4::jsonb" : ""}
        ${breadth === undefined ? "" : `and (select set_config('hnsw.ef_search', '${breadth}', true)) is not null`}
      -- "+ 0": no index can serve the order.
      order by ${breadth === undefined ? `(${distance}) + 0` : distance}
      limit ${plan.limit}`;
}
