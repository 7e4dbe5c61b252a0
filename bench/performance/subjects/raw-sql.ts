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
  ];
}

/** $1 namespace, $2 ids, $3 contents, $4 metadata, $5 vectors. */
export function insertRows(type: VectorType): string {
  return `
    with saved as (
      insert into memories (namespace, id, content, metadata, lexemes)
      select $1, r.id, r.content, r.metadata::jsonb, to_tsvector('english', r.content)
      from unnest($2::text[], $3::text[], $4::text[]) as r (id, content, metadata)
      returning seq, id
    )
    insert into embeddings (seq, namespace, embedding)
    select saved.seq, $1, r.embedding::${type}(${dimensions})
    from unnest($2::text[], $5::text[]) as r (id, embedding)
    join saved using (id)`;
}

/** An index for one namespace; the planner takes it for queries that name the namespace. */
export function indexNamespace(type: VectorType, namespace: string): string {
  const quoted = `'${namespace.replaceAll("'", "''")}'`;
  return `create index on embeddings using hnsw (embedding ${type}_cosine_ops) where namespace = ${quoted}`;
}

/**
 * The nearest rows: $1 namespace, $2 vector, $3 how many, $4 metadata they contain. Exact, unless the namespace has an
 * HNSW index; then three times as many as wanted are fetched, because the index gives them in a rough order.
 */
export function searchNearest(type: VectorType, plan: { indexed: boolean; filtered: boolean }): string {
  return `
    with nearest as materialized (
      ${nearest(type, { ...plan, limit: plan.indexed ? "3 * $3::int" : "$3::int" })}
    )
    select m.id, m.content, m.metadata, m.created_at, m.expires_at, 1 - n.distance as similarity
    from nearest n
    join memories m using (seq)
    order by n.distance
    limit $3::int`;
}

/** By vector and words, fused by reciprocal ranks: $4 text; the rest as in `searchNearest`. */
export function searchHybrid(type: VectorType, { indexed }: { indexed: boolean }): string {
  return `
    with question as materialized (
      select string_agg('''' || replace(lexeme, '''', '''''') || '''', ' | ')::tsquery as words
      from unnest(to_tsvector('english', $4))
    ),
    nearest as materialized (
      ${nearest(type, { indexed, filtered: false, limit: "50" })}
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

function nearest(type: VectorType, plan: { indexed: boolean; filtered: boolean; limit: string }): string {
  const distance = `e.embedding <=> $2::${type}(${dimensions})`;
  return `select e.seq, ${distance} as distance
      from embeddings e
      ${plan.filtered ? "join memories m using (seq)" : ""}
      where e.namespace = $1
        and (e.expires_at is null or e.expires_at > now())
        ${plan.filtered ? "and m.metadata @> $4::jsonb" : ""}
      -- "+ 0": no index can serve the order.
      order by ${plan.indexed ? distance : `(${distance}) + 0`}
      limit ${plan.limit}`;
}
