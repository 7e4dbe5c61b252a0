import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";

/** Makes the project and those of its namespaces that do not exist yet. */
export async function ensureNamespaces(query: Query, scope: Scope, names: ReadonlySet<string>): Promise<void> {
  // Looked up first: an insert that conflicts uses up a number of the sequence on every save. Locked, and in one
  // order, because whoever deletes the namespace locks it before its memories too.
  const known = await query<{ name: string }>(
    `select name from persisto.namespaces
    where project_id = $1 and name = any($2::text[])
    order by id
    for key share`,
    [scope.projectId, [...names]],
  );
  const missing = [...names].filter((name) => !known.some((row) => row.name === name)).toSorted();
  if (missing.length === 0) return;
  await query("insert into persisto.projects (id) values ($1) on conflict do nothing", [scope.projectId]);
  await query(
    `insert into persisto.namespaces (project_id, name)
    select $1, name from unnest($2::text[]) as name
    on conflict do nothing`,
    [scope.projectId, missing],
  );
}
