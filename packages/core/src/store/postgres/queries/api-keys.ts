import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { StoredApiKey } from "../../store.js";

/** Stores a key, and its project if that is new. */
export async function addApiKey(query: Query, { projectId, id, name, hash }: StoredApiKey): Promise<void> {
  await query("insert into persisto.projects (id) values ($1) on conflict do nothing", [projectId]);
  await query("insert into persisto.api_keys (project_id, id, name, hash) values ($1, $2, $3, $4)", [
    projectId,
    id,
    name,
    hash,
  ]);
}

/** The key with the id, of whatever project: this is how a request's project is found. */
export async function findApiKey(query: Query, id: string): Promise<StoredApiKey | null> {
  const [row] = await query<StoredApiKey>(
    `select project_id as "projectId", id, name, hash from persisto.api_keys where id = $1`,
    [id],
  );
  return row ?? null;
}

/** How many keys the project has. */
export async function countApiKeys(query: Query, scope: Scope): Promise<number> {
  const [row] = await query<{ count: number }>(
    "select count(*)::int as count from persisto.api_keys where project_id = $1",
    [scope.projectId],
  );
  return row?.count ?? 0;
}
