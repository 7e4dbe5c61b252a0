import type { Query, SqlClient, SqlSession } from "../sql-client.js";
import type { IndexStep } from "../store.js";
import type { EmbeddingSpace } from "./embedding-space.js";
import { analyze } from "./queries/vacuum.js";

/*
 * A large namespace has an HNSW index of its own: a partial one, so that a search never walks through the passages of
 * others, and so that saves into small namespaces do not pay for it. Rows marked `deferred` are not in it; a search
 * reads them exactly, beside the index, until a step of `stepIndex` has taken them in.
 */

/** Most dimensions that pgvector can index. */
const mostDimensions = { vector: 2_000, halfvec: 4_000 } as const;

/** Rows taken into an index by a step where nothing waits for it: some 200 ms. */
const concurrentRows = 200;

/** How long a step should take in PGlite, where all else waits for it. */
const waitingMs = { short: 13, long: 30 } as const;

/** What it takes PGlite to find a place for a row in a graph of thousands: 2 ms with 16 dimensions, 6 with 384. */
const rowMs = (dimensions: number): number => 2 + dimensions / 96;

/** Memories after which the space of marked rows is made free: 8 ms of work, for a megabyte. */
const vacuumEvery = 500;

/** Rows marked as deferred by a step; the index does not exist yet, so it is a plain update. */
const deferRows = 500;

/** Whether vectors of this space can be indexed at all. */
export function isIndexable({ vectorType, dimensions }: EmbeddingSpace): boolean {
  return dimensions <= mostDimensions[vectorType];
}

/** SQL that is true when the index of the namespace is to take in later what is inserted now. */
export function isDeferred(
  space: EmbeddingSpace,
  { namespaceId, isBulk }: { namespaceId: string; isBulk: boolean },
): string {
  // With one session an index grows in steps from the first row on, because a build would hold up everything.
  if (!space.buildsConcurrently) return "true";
  // One that is being built counts: from a certain point on it would be kept up to date, too.
  return isBulk ? hasIndex(space, namespaceId, { isUsable: false }) : "false";
}

/** SQL that is true when the namespace has an index; unless it is to be usable, also while it is being built or broken. */
export function hasIndex({ table }: EmbeddingSpace, namespaceId: string, { isUsable }: { isUsable: boolean }): string {
  return `exists (
      select from pg_class c join pg_index i on i.indexrelid = c.oid
      where c.relnamespace = 'persisto'::regnamespace and c.relname = '${unqualified(table)}_in_' || ${namespaceId}${isUsable ? " and i.indisvalid" : ""}
    )`;
}

/** The database with the eyes that work on indexes needs. */
export interface IndexDatabase {
  /** Makes and drops them. */
  readonly owner: SqlClient;
  /** Reads and marks rows of any project: an owner who is no superuser sees none through row security. */
  readonly everyProject: SqlSession;
  readonly space: EmbeddingSpace;
}

interface StepOptions {
  readonly namespaceId: string;
  /** Marks the statement of a build, so that it can be found and cancelled. */
  readonly buildTag: string;
  /** Whether callers wait for the step. */
  readonly isShort: boolean;
}

/**
 * Takes one step towards an index that holds every passage of the namespace. Any number of processes may take steps at
 * once, and one that dies leaves nothing that the next does not mend.
 */
export async function stepIndex(
  { owner, everyProject, space }: IndexDatabase,
  { namespaceId, buildTag, isShort }: StepOptions,
): Promise<IndexStep> {
  // Ids come from a bigint column; nothing a user wrote reaches the SQL text.
  const id = String(BigInt(namespaceId));
  const name = `${unqualified(space.table)}_in_${id}`;
  const state = await indexState(owner.query, name);
  if (state === "being built") return "busy";
  const patient = owner.session({ statementTimeoutMs: longestBuildMs });
  const concurrently = space.buildsConcurrently ? "concurrently" : "";
  if (state === "broken") {
    await patient.query(`drop index ${concurrently} if exists persisto.${name}`);
    return "more";
  }
  if (state === "valid") {
    const rows = rowsOf(space, isShort);
    return (await mark({ owner, everyProject, space }, { id, deferred: false, rows })) === rows ? "more" : "done";
  }
  if (
    !space.buildsConcurrently &&
    (await mark({ owner, everyProject, space }, { id, deferred: true, rows: deferRows })) > 0
  ) {
    return "more";
  }
  // The planner must know the tables of a bulk load before it is asked to choose.
  for (const table of ["persisto.memories", "persisto.chunks", space.table]) await analyze(patient.query, table);
  // Of 100,000 passages whose topics overlap this graph finds 0.955 of the nearest ten at ef_search 400, pgvector's own
  // defaults (16, 64) 0.882; it takes twice as long to build.
  await patient.query(
    `create index ${concurrently} if not exists ${name} on ${space.table}
    using hnsw (embedding ${space.operatorClass}) with (m = 24, ef_construction = 128) where namespace_id = ${id} and not deferred /* ${buildTag} */`,
  );
  return "more";
}

/** Ends the builds with this tag; the next step on their namespaces begins anew. */
export async function cancelBuilds(query: Query, buildTag: string): Promise<void> {
  await query(
    `select pg_cancel_backend(pid) from pg_stat_activity
    where query like '%' || $1 || '%' and pid <> pg_backend_pid() and query like 'create index%'`,
    [buildTag],
  );
}

/** Drops the indexes whose namespaces are gone. */
export async function dropOrphanedIndexes({ owner, everyProject, space }: IndexDatabase): Promise<void> {
  const orphans = await everyProject.query<{ name: string }>(
    `select c.relname as name
    from pg_class c
    where c.relnamespace = 'persisto'::regnamespace and c.relkind = 'i' and c.relname ~ $1
      and not exists (
        select from persisto.namespaces n where c.relname = $2 || n.id
      )`,
    [`^${unqualified(space.table)}_in_[0-9]+$`, `${unqualified(space.table)}_in_`],
  );
  for (const { name } of orphans) {
    await owner.query(`drop index ${space.buildsConcurrently ? "concurrently" : ""} if exists persisto.${name}`);
  }
}

/** Longer than any build should take; what ends one is the end of its process. */
const longestBuildMs = 4 * 60 * 60 * 1_000;

type IndexState = "absent" | "being built" | "broken" | "valid";

async function indexState(query: Query, name: string): Promise<IndexState> {
  const [row] = await query<{ valid: boolean; building: boolean }>(
    `select i.indisvalid as valid,
      exists (select from pg_stat_progress_create_index p where p.index_relid = c.oid) as building
    from pg_class c join pg_index i on i.indexrelid = c.oid
    where c.relnamespace = 'persisto'::regnamespace and c.relname = $1`,
    [name],
  );
  if (!row) return "absent";
  if (row.building) return "being built";
  return row.valid ? "valid" : "broken";
}

function rowsOf({ buildsConcurrently, dimensions }: EmbeddingSpace, isShort: boolean): number {
  if (buildsConcurrently) return concurrentRows;
  return Math.max(1, Math.round(waitingMs[isShort ? "short" : "long"] / rowMs(dimensions)));
}

/** Marks up to `rows` rows of the namespace; gives how many it found. */
async function mark(
  { owner, everyProject, space }: IndexDatabase,
  { id, deferred, rows }: { id: string; deferred: boolean; rows: number },
): Promise<number> {
  const { count, leavesSpace } = await everyProject.transaction(async (query) => {
    // The planner expects to meet such rows soon, and would read past all that were marked before.
    await query("set local enable_seqscan = off");
    const [row] = await query<{ count: number; leavesSpace: boolean }>(
      `with chosen as (
        select project_id, memory_seq, ordinal
        from ${space.table}
        where project_id = (select project_id from persisto.namespaces where id = $1::bigint)
          and namespace_id = $1::bigint and deferred = not $2::boolean
        limit $3::int
        for update skip locked
      ),
      marked as (
        update ${space.table} e set deferred = $2::boolean
        from chosen
        where e.project_id = chosen.project_id and e.memory_seq = chosen.memory_seq and e.ordinal = chosen.ordinal
        returning e.memory_seq
      )
      select count(*)::int as count, coalesce(bool_or(memory_seq % ${vacuumEvery} = 0), false) as "leavesSpace" from marked`,
      [id, deferred, rows],
    );
    return row!;
  });
  // What was marked is written anew. Where nobody else vacuums, the next rows go to where the last ones were.
  if (leavesSpace && !space.buildsConcurrently) {
    await owner.query(`vacuum (index_cleanup off, truncate off) ${space.table}`);
  }
  return count;
}

function unqualified(table: string): string {
  return table.replace(/^persisto\./, "");
}
