import { PersistoError, type ProjectQuotas, type QuotaName } from "@persisto/contract";
import type { NewAuditEntry } from "../../../access-store.js";
import { SqlError, type Query } from "../../../sql-client.js";
import { usageEntries } from "../usage.js";
import { appendAudit } from "./audit.js";

const lockNotAvailable = "55P03";
/** Writes wait as long as whoever sets a quota does. */
const lockTimeout = "5s";

const thisMonth = "date_trunc('month', clock_timestamp() at time zone 'UTC')::date";

/** What counts against the limits of the project `$1`. */
const used = `select
        coalesce(sum(saves) filter (where is_recent), 0)::bigint as saves,
        coalesce(sum(queries) filter (where is_recent), 0)::bigint as queries,
        coalesce(sum(embedded_tokens) filter (where is_recent), 0)::bigint as embedded_tokens,
        coalesce(sum(stored_bytes), 0)::bigint as stored_bytes
      from (
        select *, at >= ${thisMonth}::timestamp at time zone 'UTC' as is_recent from (${usageEntries}) as entry
      ) as dated`;

interface QuotaRow {
  month: string;
  max_saves: string | null;
  saves: string;
  max_queries: string | null;
  queries: string;
  max_embedded_tokens: string | null;
  embedded_tokens: string;
  max_stored_bytes: string | null;
  stored_bytes: string;
}

/** Null for an unknown project. */
export async function findQuotas(query: Query, projectId: string): Promise<ProjectQuotas | null> {
  const [row] = await query<QuotaRow>(
    `select to_char(${thisMonth}, 'YYYY-MM') as month, used.*,
      q.max_saves, q.max_queries, q.max_embedded_tokens, q.max_stored_bytes
    from persisto.projects p
    cross join (${used}) as used
    left join persisto.quotas q on q.project_id = p.id
    where p.id = $1`,
    [projectId],
  );
  if (!row) return null;
  const quota = (max: string | null, amount: string) => ({
    max: max === null ? null : Number(max),
    used: Number(amount),
  });
  return {
    project: projectId,
    month: row.month,
    savesPerMonth: quota(row.max_saves, row.saves),
    queriesPerMonth: quota(row.max_queries, row.queries),
    embeddedTokensPerMonth: quota(row.max_embedded_tokens, row.embedded_tokens),
    storedBytes: quota(row.max_stored_bytes, row.stored_bytes),
  };
}

/**
 * Sets all limits of a project. Nobody enters anything in the ledger meanwhile, so that what is counted from then on begins with
 * exactly what is in it. Runs inside a transaction. Null for an unknown project.
 */
export async function setQuotas(
  query: Query,
  { projectId, limits }: { projectId: string; limits: Readonly<Record<QuotaName, number | null>> },
  audit: NewAuditEntry,
): Promise<ProjectQuotas | null> {
  const projects = await query("select from persisto.projects where id = $1 for key share", [projectId]);
  if (projects.length === 0) return null;
  await lockLedger(query);
  if (Object.values(limits).every((max) => max === null)) {
    await query("delete from persisto.quotas where project_id = $1", [projectId]);
  } else {
    await query(
      `insert into persisto.quotas (project_id, month, max_saves, max_queries, max_embedded_tokens, max_stored_bytes,
        saves, queries, embedded_tokens, stored_bytes)
      select $1, ${thisMonth}, $2::bigint, $3::bigint, $4::bigint, $5::bigint, used.* from (${used}) as used
      on conflict (project_id) do update set
        month = excluded.month, max_saves = excluded.max_saves, max_queries = excluded.max_queries,
        max_embedded_tokens = excluded.max_embedded_tokens, max_stored_bytes = excluded.max_stored_bytes,
        saves = excluded.saves, queries = excluded.queries, embedded_tokens = excluded.embedded_tokens,
        stored_bytes = excluded.stored_bytes`,
      [projectId, limits.savesPerMonth, limits.queriesPerMonth, limits.embeddedTokensPerMonth, limits.storedBytes],
    );
  }
  await appendAudit(query, { projectId }, audit);
  return findQuotas(query, projectId);
}

async function lockLedger(query: Query): Promise<void> {
  await query(`select set_config('lock_timeout', '${lockTimeout}', true)`);
  try {
    await query("lock table persisto.usage_events in share mode");
  } catch (cause) {
    if (!(cause instanceof SqlError) || cause.sqlState !== lockNotAvailable) throw cause;
    throw new PersistoError("unavailable", "Writes are under way that take long; set the quotas again in a moment.", {
      cause,
    });
  }
}
