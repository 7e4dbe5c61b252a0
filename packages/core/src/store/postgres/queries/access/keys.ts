import { PersistoAuthError, type ApiKey, type KeyScope } from "@persisto/contract";
import type { NewAuditEntry, NewStoredApiKey, StoredApiKey, StoredOperatorKey } from "../../../access-store.js";
import type { Query } from "../../../sql-client.js";
import { appendAudit } from "./audit.js";

interface KeyRow {
  id: string;
  project_id: string;
  name: string;
  scopes: KeyScope[];
  namespaces: string[];
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  rotated_from: string | null;
}

const columns =
  "id, project_id, name, scopes, namespaces, created_at, expires_at, revoked_at, last_used_at, rotated_from";

const isActive = "revoked_at is null and (expires_at is null or expires_at > now())";

function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    project: row.project_id,
    name: row.name,
    scopes: row.scopes,
    namespaces: row.namespaces,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    rotatedFrom: row.rotated_from,
  };
}

/** The key with the id, of whatever project: this is how a request's project is found. */
export async function findKey(query: Query, id: string): Promise<StoredApiKey | null> {
  const [row] = await query<StoredApiKey>(
    `select id, project_id as "projectId", hash, scopes, namespaces,
      case
        when revoked_at <= now() then 'revoked'
        when expires_at <= now() then 'expired'
        else 'active'
      end as state
    from persisto.api_keys
    where id = $1`,
    [id],
    { reuse: true },
  );
  return row ?? null;
}

/** How many keys of the project work. */
export async function countKeys(query: Query, projectId: string): Promise<number> {
  const [row] = await query<{ count: number }>(
    `select count(*)::int as count
    from persisto.api_keys
    where project_id = $1 and ${isActive}`,
    [projectId],
  );
  return row!.count;
}

/** Stores a key that ends when the one that makes it does, at the latest; null without its project. Runs inside a transaction. */
export async function insertKey(query: Query, key: NewStoredApiKey, audit: NewAuditEntry): Promise<ApiKey | null> {
  if (key.makesProject) {
    await query("insert into persisto.projects (id) values ($1) on conflict do nothing", [key.projectId]);
  }
  // Held until the end, so that nobody deletes it meanwhile.
  const projects = await query("select from persisto.projects where id = $1 for key share", [key.projectId]);
  if (projects.length === 0) return null;
  if (key.madeBy !== null && !(await holdKey(query, { projectId: key.projectId, id: key.madeBy }))) {
    throw new PersistoAuthError("The API key that makes another has ended.", { code: "forbidden" });
  }
  const [row] = await query<KeyRow>(
    `insert into persisto.api_keys (project_id, id, name, hash, scopes, namespaces, expires_at, rotated_from)
    select $1, $2, $3, $4, $5::text[], $6::text[], least(now() + make_interval(secs => $7::float8), maker.expires_at), $8
    from (select $9::text as id) as made_by
    left join persisto.api_keys maker on maker.project_id = $1 and maker.id = made_by.id
    returning ${columns}`,
    [
      key.projectId,
      key.id,
      key.name,
      key.hash,
      key.scopes,
      key.namespaces,
      key.ttlSeconds,
      key.rotatedFrom,
      key.madeBy,
    ],
  );
  await appendAudit(query, key, audit);
  return toApiKey(row!);
}

/** Runs inside a transaction. */
export async function replaceKey(
  query: Query,
  key: NewStoredApiKey,
  { graceSeconds, audit }: { graceSeconds: number; audit: NewAuditEntry },
): Promise<ApiKey | null> {
  const { projectId, rotatedFrom } = key;
  if (rotatedFrom === null || !(await holdKey(query, { projectId, id: rotatedFrom }))) return null;
  // Before the old one is cut short: one that rotates itself gives what it had.
  const made = await insertKey(query, key, audit);
  await query(
    `update persisto.api_keys set expires_at = least(expires_at, now() + make_interval(secs => $3::float8))
    where project_id = $1 and id = $2`,
    [projectId, rotatedFrom, graceSeconds],
  );
  return made;
}

/** Whether a key works; it stays as it is until the end of the transaction. */
async function holdKey(query: Query, { projectId, id }: { projectId: string; id: string }): Promise<boolean> {
  const rows = await query(
    `select from persisto.api_keys
    where project_id = $1 and id = $2 and ${isActive}
    for no key update`,
    [projectId, id],
  );
  return rows.length > 0;
}

/** Keys of the project, newest first. */
export async function listKeys(query: Query, projectId: string): Promise<ApiKey[]> {
  const rows = await query<KeyRow>(
    `select ${columns} from persisto.api_keys where project_id = $1 order by created_at desc, id`,
    [projectId],
  );
  return rows.map(toApiKey);
}

/** Runs inside a transaction. */
export async function revokeKey(
  query: Query,
  key: { projectId: string; id: string },
  audit: NewAuditEntry,
): Promise<ApiKey | null> {
  const [row] = await query<KeyRow>(
    `update persisto.api_keys set revoked_at = coalesce(revoked_at, now())
    where project_id = $1 and id = $2
    returning ${columns}`,
    [key.projectId, key.id],
  );
  if (!row) return null;
  await appendAudit(query, key, audit);
  return toApiKey(row);
}

/** Notes uses by how long ago they were: the clock is the database's. */
export async function noteKeyUse(
  query: Query,
  uses: readonly { readonly id: string; readonly ageMs: number }[],
): Promise<void> {
  await query(
    `update persisto.api_keys k set last_used_at = greatest(k.last_used_at, now() - make_interval(secs => u.age_ms / 1000))
    from unnest($1::text[], $2::float8[]) as u (id, age_ms)
    where k.id = u.id`,
    [uses.map(({ id }) => id), uses.map(({ ageMs }) => ageMs)],
  );
}

export async function findOperatorKey(query: Query, id: string): Promise<StoredOperatorKey | null> {
  const [row] = await query<StoredOperatorKey>(
    "select id, hash from persisto.operator_keys where id = $1 and revoked_at is null",
    [id],
  );
  return row ?? null;
}

export async function countOperatorKeys(query: Query): Promise<number> {
  const [row] = await query<{ count: number }>(
    "select count(*)::int as count from persisto.operator_keys where revoked_at is null",
  );
  return row!.count;
}

/** Runs inside a transaction. */
export async function insertOperatorKey(
  query: Query,
  { id, name, hash }: StoredOperatorKey & { readonly name: string },
  audit: NewAuditEntry,
): Promise<void> {
  await query("insert into persisto.operator_keys (id, name, hash) values ($1, $2, $3)", [id, name, hash]);
  await appendAudit(query, { organisation: "default" }, audit);
}
