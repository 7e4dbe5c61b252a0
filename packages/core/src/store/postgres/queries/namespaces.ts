import type { Language, NamespaceSummary } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { NewAuditEntry } from "../../access-store.js";
import { isLive } from "../rows.js";
import { appendAudit } from "./access/audit.js";
import { ensureProject } from "./ensure-project.js";

/** Whether anything was ever saved in the namespace. */
export async function namespaceExists(query: Query, scope: Scope, namespace: string): Promise<boolean> {
  const rows = await query("select from persisto.namespaces where project_id = $1 and name = $2", [
    scope.projectId,
    namespace,
  ]);
  return rows.length > 0;
}

/** Every namespace by name, with the number of its live records. */
export async function listNamespaces(query: Query, scope: Scope): Promise<NamespaceSummary[]> {
  return query<NamespaceSummary>(
    `select n.name as namespace, count(m.seq)::int as count
    from persisto.namespaces n
    left join persisto.memories m on m.project_id = n.project_id and m.namespace_id = n.id and ${isLive("m")}
    where n.project_id = $1
    group by n.id, n.name
    order by n.name collate "C"`,
    [scope.projectId],
  );
}

/** The language of a namespace; null for an unknown one. */
export async function findLanguage(query: Query, scope: Scope, namespace: string): Promise<Language | null> {
  const [row] = await query<{ language: Language }>(
    "select language from persisto.namespaces where project_id = $1 and name = $2",
    [scope.projectId, namespace],
  );
  return row?.language ?? null;
}

/** Makes a namespace or changes its language; then the terms of its passages are forgotten. Runs inside a transaction. */
export async function setLanguage(
  query: Query,
  scope: Scope,
  { namespace, language }: { namespace: string; language: Language },
): Promise<void> {
  await ensureProject(query, scope);
  const changed = await query<{ id: string }>(
    `insert into persisto.namespaces as n (project_id, name, language) values ($1, $2, $3)
    on conflict (project_id, name) do update set language = excluded.language where n.language <> excluded.language
    returning n.id::text`,
    [scope.projectId, namespace, language],
  );
  for (const { id } of changed) {
    await query(
      "update persisto.chunks set terms = null where project_id = $1 and namespace_id = $2::bigint and terms is not null",
      [scope.projectId, id],
    );
  }
}

/**
 * Deletes a namespace with all it holds and what was asked there; gives how many live records that were. Runs inside a
 * transaction.
 */
export async function removeNamespace(
  query: Query,
  scope: Scope,
  { namespace, audit }: { namespace: string; audit: NewAuditEntry | null },
): Promise<number> {
  const [row] = await query<{ count: number; is_removed: boolean }>(
    `with removed as (
      delete from persisto.namespaces where project_id = $1 and name = $2 returning id
    )
    select count(m.seq)::int as count, exists (select from removed) as is_removed
    from removed
    join persisto.memories m on m.project_id = $1 and m.namespace_id = removed.id and ${isLive("m")}`,
    [scope.projectId, namespace],
  );
  const { count, is_removed: isRemoved } = row!;
  // In a statement of its own: what goes with the namespace takes minutes, and nobody else writes to the log meanwhile.
  if (audit && isRemoved) await appendAudit(query, scope, { ...audit, details: { count } });
  return count;
}
