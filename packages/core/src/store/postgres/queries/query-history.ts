import type { QueryLogEntry } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { HistoryRequest, NewQueryLogEntry } from "../../store.js";
import { Parameters } from "../parameters.js";
import { toQueryLogEntry, type QueryLogRow } from "../rows.js";

/**
 * Writes entries of any projects, none before `notBefore`; gives the time of the last. What was asked in a namespace that
 * has been deleted since, or is being deleted, is forgotten with it.
 */
export async function recordQueries(
  query: Query,
  { entries, notBefore }: { entries: readonly NewQueryLogEntry[]; notBefore: string | null },
): Promise<string> {
  const [row] = await query<{ last: Date }>(
    `with asked as materialized (
      select q.*,
        -- To the millisecond, because that is what a cursor carries.
        greatest(
          date_trunc('milliseconds', now() - make_interval(secs => q.age_ms::float8 / 1000)), $10::timestamptz
        ) as asked_at
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
        with ordinality
        as q (project_id, namespace, query_text, filters, top_k, mode, result_count, duration_ms, age_ms, position)
    ),
    -- One that is being deleted is passed over: its deletion may take minutes, and entries of all projects would wait for it.
    known as materialized (
      select n.project_id, n.name
      from persisto.namespaces n
      where (n.project_id, n.name) in (select q.project_id, q.namespace from asked q)
      order by n.project_id, n.id
      for key share skip locked
    ),
    written as (
      insert into persisto.queries
        (project_id, namespace, query_text, filters, top_k, mode, result_count, duration_ms, asked_at)
      select q.project_id, q.namespace, q.query_text, q.filters::jsonb, q.top_k::int, q.mode, q.result_count::int,
        q.duration_ms::float8, q.asked_at
      from asked q
      join known n on n.project_id = q.project_id and n.name = q.namespace
      order by q.position
    )
    select max(asked_at) as last from asked`,
    [
      entries.map(({ projectId }) => projectId),
      entries.map(({ namespace }) => namespace),
      entries.map(({ queryText }) => queryText),
      entries.map(({ filters }) => JSON.stringify(filters)),
      entries.map(({ topK }) => String(topK)),
      entries.map(({ mode }) => mode),
      entries.map(({ count }) => String(count)),
      entries.map(({ durationMs }) => String(durationMs)),
      entries.map(({ ageMs }) => String(ageMs)),
      notBefore,
    ],
  );
  return row!.last.toISOString();
}

/** Entries, newest first. */
export async function pageQueries(
  query: Query,
  scope: Scope,
  request: HistoryRequest,
): Promise<{ id: string; entry: QueryLogEntry }[]> {
  const parameters = new Parameters();
  const conditions = [`project_id = ${parameters.bind(scope.projectId)}`];
  if (request.namespace !== undefined) conditions.push(`namespace = ${parameters.bind(request.namespace)}`);
  if (request.startDate !== undefined)
    conditions.push(`asked_at >= ${parameters.bind(request.startDate)}::timestamptz`);
  if (request.endDate !== undefined) conditions.push(`asked_at < ${parameters.bind(request.endDate)}::timestamptz`);
  if (request.before) {
    const { askedAt, id } = request.before;
    conditions.push(`(asked_at, id) < (${parameters.bind(askedAt)}::timestamptz, ${parameters.bind(id)}::bigint)`);
  }
  const rows = await query<QueryLogRow>(
    `select id::text, namespace, query_text, filters, top_k, mode, result_count, duration_ms, asked_at
    from persisto.queries
    where ${conditions.join("\n      and ")}
    order by asked_at desc, id desc
    limit ${parameters.bind(request.limit)}::int`,
    parameters.values,
  );
  return rows.map((row) => ({ id: row.id, entry: toQueryLogEntry(row) }));
}

/** Deletes up to `limit` entries of all projects that are so many days old; gives how many. Servers that sweep together skip each other's. */
export async function removeOldQueries(
  query: Query,
  { days, limit }: { days: number; limit: number },
): Promise<number> {
  const [row] = await query<{ count: number }>(
    `with old as materialized (
      select q.project_id, q.id
      from persisto.projects p
      -- Project by project, as the index of times goes: without it every entry would be read each minute.
      cross join lateral (
        select project_id, id
        from persisto.queries
        where project_id = p.id and asked_at < now() - make_interval(days => $1::int)
        order by asked_at, id
        limit $2::int
        for update skip locked
      ) q
      limit $2::int
    ),
    removed as (
      delete from persisto.queries q
      using old
      where q.project_id = old.project_id and q.id = old.id
      returning 1
    )
    select count(*)::int as count from removed`,
    [days, limit],
  );
  return row?.count ?? 0;
}
