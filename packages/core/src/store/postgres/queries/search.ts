import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { Candidate, SearchPlan } from "../../store.js";
import { compileFilter } from "../compile-filter.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { Parameters } from "../parameters.js";
import { isLive, toCandidate, type CandidateRow } from "../rows.js";
import { vectorLiteral } from "../vector-literal.js";

/**
 * The nearest passages and the best full-text matches in one statement, with both exact scores for every
 * member of the union. The left join gives one row of nulls for a namespace without candidates and no row
 * at all for an unknown namespace.
 */
export async function search(
  query: Query,
  { scope, space, plan }: { scope: Scope; space: EmbeddingSpace; plan: SearchPlan },
): Promise<Candidate[] | null> {
  const parameters = new Parameters();
  const project = parameters.bind(scope.projectId);
  const namespace = parameters.bind(plan.namespace);
  const vector = `${parameters.bind(vectorLiteral(plan.vector))}::${space.type}`;
  const text = parameters.bind(plan.text);
  const limit = parameters.bind(plan.candidates);
  const hasFilters = Object.keys(plan.filters).length > 0;
  const matchesFilters = compileFilter(plan.filters, "m.metadata", parameters);
  const joinMemory = (alias: string): string =>
    hasFilters ? `join persisto.memories m on m.project_id = ${alias}.project_id and m.seq = ${alias}.memory_seq` : "";

  const rows = await query<CandidateRow | { [Column in keyof CandidateRow]: null }>(
    `with scope as materialized (
      select id from persisto.namespaces where project_id = ${project} and name = ${namespace}
    ),
    question as materialized (
      select string_agg(${quotedLexeme}, ' | ')::tsquery as words
      from (
        select lexeme
        from unnest(to_tsvector('english', ${text}))
        order by positions[1]
        limit ${maxWords}
      ) as lexemes
    ),
    nearest as (
      select e.memory_seq, e.ordinal
      from ${space.table} e
      ${joinMemory("e")}
      where e.project_id = ${project}
        and e.namespace_id = (select id from scope)
        and ${isLive("e")}
        and ${matchesFilters}
      -- "+ 0" keeps the scan exact: no index can serve the order.
      order by (e.embedding <=> ${vector}) + 0
      limit ${limit}::int
    ),
    matching as (
      select c.memory_seq, c.ordinal
      from persisto.chunks c
      ${joinMemory("c")}
      where c.project_id = ${project}
        and c.namespace_id = (select id from scope)
        and c.lexemes @@ (select words from question)
        and ${isLive("c")}
        and ${matchesFilters}
      order by ts_rank(c.lexemes, (select words from question)) desc
      limit ${limit}::int
    ),
    candidate as (
      select memory_seq, ordinal from nearest
      union
      select memory_seq, ordinal from matching
    ),
    scored as (
      select m.id,
        coalesce(c.content, m.content) as content,
        m.metadata, m.created_at, m.expires_at, c.ordinal, m.chunk_count,
        (1 - (e.embedding <=> ${vector}))::float8 as similarity,
        coalesce(ts_rank(c.lexemes, (select words from question)), 0)::float8 as text_score,
        extract(epoch from now() - m.created_at)::float8 as age_seconds
      from candidate
      join persisto.chunks c
        on c.project_id = ${project} and c.memory_seq = candidate.memory_seq and c.ordinal = candidate.ordinal
      join ${space.table} e
        on e.project_id = ${project} and e.memory_seq = candidate.memory_seq and e.ordinal = candidate.ordinal
      join persisto.memories m
        on m.project_id = ${project} and m.seq = candidate.memory_seq
    )
    select ${namespace}::text as namespace, scored.*
    from scope
    left join scored on true`,
    parameters.values,
  );
  if (rows.length === 0) return null;
  return rows.filter((row): row is CandidateRow => row.id !== null).map(toCandidate);
}

/** Every match is ranked, and ranking takes as long as there are words: 8,000 of them would take 15 s over 4,000 memories. */
const maxWords = 64;

/** A lexeme as text search reads it in a query: any word may match, and a quote in it stays a character. */
const quotedLexeme = String.raw`'''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''''`;
