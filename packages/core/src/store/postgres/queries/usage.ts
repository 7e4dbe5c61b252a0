import type { UsageRow } from "@persisto/contract";
import type { UsageRequest } from "../../access-store.js";
import type { Query } from "../../sql-client.js";

const meters = ["saves", "queries", "embedded_tokens", "stored_bytes"];
const sums = meters.map((meter) => `sum(${meter})::bigint as ${meter}`).join(", ");

/** Hours before it are over, and no transaction that writes of them is left: a statement may take 10 minutes. */
const settled = "date_trunc('hour', now() - interval '1 hour', 'UTC')";

/** Everything of the project `$1`: the hours that are added up, and the entries since. */
export const usageEntries = `
      select hour as at, key_id, ${meters.join(", ")}
      from persisto.usage_hours
      where project_id = $1 and hour < (select through from persisto.usage_rolled_up)
      union all
      select at, key_id, ${meters.join(", ")}
      from persisto.usage_events
      where project_id = $1 and at >= (select through from persisto.usage_rolled_up)`;

/** Enters a query in the ledger, if the session says that there is one. */
export async function countQuery(query: Query): Promise<void> {
  await query("select persisto.count_query()");
}

/** Adds up the hours that are settled; one that was added up before comes out the same. Runs inside a transaction. */
export async function rollUpUsage(query: Query): Promise<void> {
  const [row] = await query<{ through: Date }>("select through from persisto.usage_rolled_up for update");
  await query(
    `insert into persisto.usage_hours (project_id, hour, key_id, ${meters.join(", ")})
    select project_id, date_trunc('hour', at, 'UTC'), key_id, ${sums}
    from persisto.usage_events
    where at >= $1::timestamptz and at < ${settled}
    group by 1, 2, 3
    on conflict (project_id, hour, key_id) do update set
      ${meters.map((meter) => `${meter} = excluded.${meter}`).join(", ")}`,
    [row!.through],
  );
  await query(`update persisto.usage_rolled_up set through = greatest(through, ${settled})`);
}

/** Deletes up to `limit` entries that are so many days old, and added up; gives how many. */
export async function removeOldUsage(query: Query, { days, limit }: { days: number; limit: number }): Promise<number> {
  const rows = await query(
    `delete from persisto.usage_events
    where (project_id, at, id) in (
      select project_id, at, id
      from persisto.usage_events
      where at < least((select through from persisto.usage_rolled_up), now() - make_interval(days => $1::int))
      limit $2::int
    )
    returning 1 as one`,
    [days, limit],
  );
  return rows.length;
}

interface UsageSqlRow {
  period: string;
  key_id: string | null;
  saves: string;
  queries: string;
  embedded_tokens: string;
  stored_bytes: string;
}

/** What a project used, by period and perhaps by key. */
export async function readUsage(
  query: Query,
  { projectId, from, to, by, keyId, isPerKey }: UsageRequest,
): Promise<UsageRow[]> {
  const rows = await query<UsageSqlRow>(
    `select to_char(at at time zone 'UTC', $4) as period, ${isPerKey ? "key_id" : "null as key_id"}, ${sums}
    from (${usageEntries}) as entry
    where at >= $2::date::timestamp at time zone 'UTC'
      and at < ($3::date + 1)::timestamp at time zone 'UTC'
      and ($5::text is null or key_id = $5)
    group by 1, 2
    order by 1, 2`,
    [projectId, from, to, by === "day" ? "YYYY-MM-DD" : "YYYY-MM", keyId ?? null],
  );
  return rows.map((row) => ({
    period: row.period,
    ...(row.key_id !== null && { key: row.key_id }),
    saves: Number(row.saves),
    queries: Number(row.queries),
    embeddedTokens: Number(row.embedded_tokens),
    storedBytesChange: Number(row.stored_bytes),
  }));
}

/** Bytes that a project stores now; null for one that has never used anything. */
export async function storedBytes(query: Query, projectId: string): Promise<number | null> {
  const [row] = await query<{ bytes: string | null }>(
    `select sum(stored_bytes)::bigint as bytes from (${usageEntries}) as entry`,
    [projectId],
  );
  return row!.bytes === null ? null : Number(row!.bytes);
}
