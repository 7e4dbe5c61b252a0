import { PersistoError, type JsonValue } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import { SqlError, type Query, type SqlSession } from "../../sql-client.js";
import type { Claim, ClaimOutcome, Completion } from "../../store.js";
import { deletedProject } from "./ensure-project.js";

const foreignKeyViolation = "23503";

/** Takes a write on, or says what has become of it. */
export async function claimKey(query: Query, scope: Scope, claim: Claim): Promise<ClaimOutcome> {
  const { keyHash, fingerprint, attempt, leaseSeconds } = claim;
  const claimed = await query(
    `with project as (insert into persisto.projects (id) select $1 where $5::boolean on conflict do nothing)
    insert into persisto.idempotency_keys as k (project_id, key_hash, fingerprint, attempt, lease_ends_at)
    -- It need not outlive the machine: a write whose claim is lost is not completed.
    select $1, $2, $3, $4, now() + make_interval(secs => $6::float8)
    where set_config('synchronous_commit', 'off', true) = 'off'
    on conflict (project_id, key_hash) do update set attempt = excluded.attempt, lease_ends_at = excluded.lease_ends_at
    where k.answer is null and k.lease_ends_at <= now() and k.fingerprint = excluded.fingerprint
    returning 1 as one`,
    [scope.projectId, keyHash, fingerprint, attempt, scope.mustExist !== true, leaseSeconds],
  ).catch((error: unknown) => {
    throw error instanceof SqlError && error.sqlState === foreignKeyViolation ? deletedProject() : error;
  });
  if (claimed.length > 0) return { kind: "claimed" };
  const [row] = await query<{ fingerprint: string; answer: JsonValue | null }>(
    `select fingerprint, answer
    from persisto.idempotency_keys
    where project_id = $1 and key_hash = $2`,
    [scope.projectId, keyHash],
  );
  // Released since, by whoever failed: the next try takes it on.
  if (!row) return { kind: "in progress" };
  if (row.fingerprint !== fingerprint) return { kind: "another request" };
  if (row.answer === null) return { kind: "in progress" };
  return { kind: "done", answer: row.answer };
}

/** Gives up a write that came to nothing, so that it can be tried again at once. */
export async function releaseKey(query: Query, scope: Scope, { keyHash, attempt }: Claim): Promise<void> {
  await query(
    `delete from persisto.idempotency_keys
    where project_id = $1 and key_hash = $2 and attempt = $3 and answer is null`,
    [scope.projectId, keyHash, attempt],
  );
}

/** Gives up the writes of all projects that are not done. */
export async function releaseAllKeys(query: Query): Promise<void> {
  await query("delete from persisto.idempotency_keys where answer is null");
}

/**
 * Runs a write and, when it has a completion, stores its answer in the same transaction: both are done or neither.
 * @throws PersistoError idempotency_in_progress when somebody else has taken the write on meanwhile; nothing is done then.
 */
export async function completing<Result>(
  session: SqlSession,
  { scope, completion }: { scope: Scope; completion: Completion<Result> | null },
  write: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  if (completion === null) return write(session);
  return session.transaction(async (query) => {
    const result = await write({
      // A statement that fails may be followed by another way to do the same.
      query: (...statement) => insideSavepoint(query, (inside) => inside(...statement)),
      transaction: (work) => work(query),
    });
    const { keyHash, attempt } = completion.claim;
    const done = await query(
      `update persisto.idempotency_keys set answer = $4::text::jsonb
      where project_id = $1 and key_hash = $2 and attempt = $3 and answer is null
      returning 1 as one`,
      [scope.projectId, keyHash, attempt, JSON.stringify(completion.answerOf(result))],
    );
    if (done.length === 0) {
      throw new PersistoError("idempotency_in_progress", "This write took so long that another try has begun.");
    }
    return result;
  });
}

/** What was done inside is undone when it throws, and the transaction goes on. */
async function insideSavepoint<T>(query: Query, work: (query: Query) => Promise<T>): Promise<T> {
  await query("savepoint inside");
  try {
    return await work(query);
  } catch (error) {
    await query("rollback to savepoint inside");
    throw error;
  }
}

/** Forgets up to `limit` keys that are older than a day, of all projects; gives how many. */
export async function removeOldKeys(query: Query, limit: number): Promise<number> {
  const rows = await query(
    `delete from persisto.idempotency_keys
    where (project_id, key_hash) in (
      select project_id, key_hash
      from persisto.idempotency_keys
      where created_at < now() - interval '1 day'
      order by created_at
      limit $1::int
      for update skip locked
    )
    returning 1 as one`,
    [limit],
  );
  return rows.length;
}
