import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { Removal } from "../../store.js";
import { compileFilter } from "../compile-filter.js";
import { Parameters } from "../parameters.js";
import { appendAudit } from "./access/audit.js";
import { isInNamespace, isLive } from "../rows.js";

/**
 * Deletes the live records that meet every condition of the selection, with their passages; gives how many. Runs inside a
 * transaction.
 */
export async function removeRecords(query: Query, scope: Scope, { audit, ...selection }: Removal): Promise<number> {
  const parameters = new Parameters();
  const project = parameters.bind(scope.projectId);
  const conditions = [
    `m.project_id = ${project}`,
    isInNamespace(project, parameters.bind(selection.namespace)),
    isLive("m"),
    compileFilter(selection.filters, "m.metadata", parameters),
  ];
  if (selection.ids) conditions.push(`m.id = any(${parameters.bind(selection.ids)}::text[])`);
  if (selection.content !== undefined) conditions.push(`m.content = ${parameters.bind(selection.content)}`);
  const [row] = await query<{ count: number }>(
    `with chosen as (
      select m.project_id, m.seq
      from persisto.memories m
      where ${conditions.join("\n        and ")}
      -- The order in which saves lock them, or the two would wait for each other.
      order by m.namespace_id, m.id
      for update
    ),
    removed as (
      delete from persisto.memories m
      using chosen
      where m.project_id = chosen.project_id and m.seq = chosen.seq
      returning 1
    )
    select count(*)::int as count from removed`,
    parameters.values,
  );
  const count = row?.count ?? 0;
  // In a statement of its own: what goes with many memories takes minutes, and nobody else writes to the log meanwhile.
  if (audit && count > 0) await appendAudit(query, scope, { ...audit, details: { count } });
  return count;
}

/** Deletes up to `limit` expired records of all projects; gives how many. Servers that sweep together skip each other's. */
export async function removeExpired(query: Query, limit: number): Promise<number> {
  const [row] = await query<{ count: number }>(
    `with expired as (
      select project_id, seq
      from persisto.memories
      where expires_at <= now()
      order by expires_at
      limit $1::int
      for update skip locked
    ),
    removed as (
      delete from persisto.memories m
      using expired
      where m.project_id = expired.project_id and m.seq = expired.seq
      returning 1
    )
    select count(*)::int as count from removed`,
    [limit],
  );
  return row?.count ?? 0;
}
