import type { Scope } from "../../../../tenancy/scope.js";
import type { Query } from "../../../sql-client.js";
import type { SearchPlan, SearchResult } from "../../../store.js";
import type { EmbeddingSpace } from "../../embedding-space.js";
import { Parameters } from "../../parameters.js";
import { toCandidate, type CandidateRow } from "../../rows.js";
import { binaryDirection, binaryVector } from "../../binary-vectors.js";
import { bindConditions, hasStablePlan } from "./conditions.js";
import { matchingPassages } from "./matching.js";
import { nearestPassages } from "./nearest.js";

/** A row for each candidate, or one without id when there are none; no row at all for an unknown namespace. */
type Row = { namespace_id: string } & (CandidateRow | { id: null });

/**
 * The nearest passages and the best by text in one statement, with both exact scores for every member of the union.
 */
export async function search(
  query: Query,
  { scope, space, plan }: { scope: Scope; space: EmbeddingSpace; plan: SearchPlan },
): Promise<SearchResult> {
  const parameters = new Parameters();
  const conditions = bindConditions(parameters, { scope, plan });
  const { project } = conditions;
  const bindDirection = (direction: Float32Array): string =>
    `${parameters.bind(binaryDirection(direction, space.vectorType))}::${space.type}`;
  const vector = plan.vector && bindDirection(plan.vector.values);
  const background = plan.vector?.background
    ? `${parameters.bind(binaryVector(plan.vector.background, space.vectorType))}::${space.type}`
    : null;
  const nearest =
    plan.vector &&
    nearestPassages(conditions, {
      space,
      direction: background ? bindDirection(plan.vector.direction) : vector!,
      access: plan.vector.access,
      breadth: plan.vector.breadth,
    });
  const matching = plan.text && matchingPassages(conditions, parameters, plan.text);

  // Of what was found by the vector alone the distance is known already.
  const isNearestAlone = vector !== null && background === null && plan.text === null;
  const readsVectors = plan.withVectors || (vector !== null && !isNearestAlone);
  const similarity = readsVectors ? `1 - (e.embedding <=> ${vector})` : "1 - candidate.distance";

  const rows = await query<Row>(
    `with scope as materialized (
      select id, case when id = ${conditions.namespaceId} then persisto.count_query() end as counted
      from persisto.namespaces
      where project_id = ${project} and name = ${parameters.bind(plan.namespace)}
    ),
    ${conditions.eligible}
    ${nearest ?? ""}
    ${matching?.with ?? ""}
    -- Materialized, because row security would have the planner read whole tables for a join by an expression: it does not
    -- trust coalesce, which the full join brings, to be silent.
    candidate as materialized (
      ${candidates(vector !== null, matching !== null)}
    ),
    -- Each candidate is looked up by its key. \`offset 0\` keeps the planner from reading the whole project instead, which is cheaper
    -- only where the project is small, or was when the plan was made: it is kept while the project grows.
    scored as (
      select found.*
      from candidate
      cross join lateral (
        select m.id,
          ${content(project)} as content,
          m.metadata, m.created_at, m.expires_at, candidate.ordinal, m.chunk_count,
          date_part('epoch', now() - m.created_at) as age_seconds
          ${vector ? `, (${similarity})::float8 as similarity, candidate.vector_rank::int` : ""}
          ${background ? `, (-(e.embedding <#> ${background}))::float8 as background, m.seq, previous.seq as previous_seq` : ""}
          ${matching ? `, coalesce(${matching.score("c")}, 0)::float8 as text_score, candidate.text_rank::int` : ""}
          ${plan.withVectors ? ", e.embedding::text as vector" : ""}
        from persisto.memories m
        ${matching ? joinPassage("persisto.chunks", "c", project) : ""}
        ${readsVectors ? joinPassage(space.table, "e", project) : ""}
        ${background ? joinPrevious(project) : ""}
        where m.project_id = ${project} and m.seq = candidate.memory_seq
        offset 0
      ) as found
    )
    select scope.id as namespace_id, scored.*
    from scope
    left join scored on true`,
    parameters.values,
    { reuse: hasStablePlan(plan) },
  );
  const [first] = rows;
  if (!first) return "unknown";
  if (first.namespace_id !== plan.namespaceId) return "replaced";
  return { candidates: rows.filter(isCandidate).map((row) => toCandidate(row, plan.namespace)) };
}

function isCandidate(row: Row): row is Row & CandidateRow {
  return row.id !== null;
}

/** The passage's text: the memory's, without a look at the passage, when there is but one. */
function content(project: string): string {
  return `case
          when m.chunk_count = 1 then m.content
          else (
            select c.content
            from persisto.chunks c
            where c.project_id = ${project} and c.memory_seq = candidate.memory_seq and c.ordinal = candidate.ordinal
          )
        end`;
}

function joinPassage(table: string, alias: string, project: string): string {
  return `join ${table} ${alias} on ${alias}.project_id = ${project}
          and ${alias}.memory_seq = candidate.memory_seq and ${alias}.ordinal = candidate.ordinal`;
}

/** The memory saved before each in its namespace. */
function joinPrevious(project: string): string {
  return `left join lateral (
        select p.seq
        from persisto.memories p
        where p.project_id = ${project} and p.namespace_id = m.namespace_id and p.seq < m.seq
        order by p.seq desc
        limit 1
      ) as previous on true`;
}

function candidates(byVector: boolean, byText: boolean): string {
  const vectorRank = byVector ? "nearest.rank" : "null::bigint";
  const distance = byVector ? "nearest.distance" : "null::float8";
  const textRank = byText ? "matching.rank" : "null::bigint";
  const source =
    byVector && byText ? "nearest full join matching using (memory_seq, ordinal)" : byVector ? "nearest" : "matching";
  return `select memory_seq, ordinal, ${distance} as distance, ${vectorRank} as vector_rank, ${textRank} as text_rank
      from ${source}`;
}
