import { PersistoError } from "@persisto/contract";
import type { Query, SqlClient } from "../sql-client.js";
import { changeSchema } from "./change-schema.js";
import init from "./migrations/0001-init.sql";
import filters from "./migrations/0002-filters.sql";
import retrieval from "./migrations/0003-retrieval.sql";
import walls from "./migrations/0004-walls.sql";
import access from "./migrations/0005-access.sql";
import idempotency from "./migrations/0006-idempotency.sql";
import erasure from "./migrations/0007-erasure.sql";
import rateLimits from "./migrations/0008-rate-limits.sql";
import usage from "./migrations/0009-usage.sql";
import ownPassages from "./migrations/0010-own-passages.sql";

/** One step of the schema. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /**
   * Only where it takes away or changes what servers of older versions work with: the oldest version whose servers still do.
   * Without it a migration only adds. Servers of before then go on beside it, and start again when an upgrade is taken back.
   */
  readonly oldestServer?: number;
}

/** Append-only: a migration that has shipped is never edited. */
export const migrations: readonly Migration[] = [
  { version: 1, name: "init", sql: init },
  { version: 2, name: "filters", sql: filters },
  { version: 3, name: "retrieval", sql: retrieval },
  { version: 4, name: "walls", sql: walls },
  { version: 5, name: "access", sql: access },
  { version: 6, name: "idempotency", sql: idempotency },
  { version: 7, name: "erasure", sql: erasure },
  { version: 8, name: "rate-limits", sql: rateLimits },
  // Before the first release nothing was promised.
  { version: 9, name: "usage", sql: usage, oldestServer: 9 },
  { version: 10, name: "own-passages", sql: ownPassages },
];

/** What this code brings a database to. */
export const newestSchemaVersion: number = newestOf(migrations);

/** halfvec and its operators came with 0.7. */
const oldestPgvector = "0.7.0";

/**
 * Brings the schema up to this version, each step in a transaction of its own, so that no table is held through several and a
 * killed migration goes on where it was; servers that start together take turns. A newer schema that only adds is left as it is.
 * @throws PersistoError conflict when the database is too new for this code, unavailable without pgvector.
 */
export async function migrate(client: SqlClient, steps: readonly Migration[] = migrations): Promise<void> {
  const newest = newestOf(steps);
  let applied = await changeSchema(client, async (query) => {
    await prepare(query);
    const state = await readState(query);
    refuseTooNew(state, newest);
    return state.version;
  });
  while (applied < newest) applied = await changeSchema(client, (query) => applyNext(query, steps));
}

async function prepare(query: Query): Promise<void> {
  // Asked first, because "create schema if not exists" needs the right to create even when it exists.
  const schemas = await query("select from pg_namespace where nspname = 'persisto'");
  if (schemas.length === 0) await query("create schema persisto");
  await ensurePgvector(query);
  await query(`create table if not exists persisto.migrations (
    version integer primary key,
    name text not null,
    applied_at timestamptz not null default now(),
    oldest_server integer
  )`);
}

async function ensurePgvector(query: Query): Promise<void> {
  const [available] = await query<{ version: string | null; enough: boolean | null }>(
    `select default_version as version,
      string_to_array(coalesce(installed_version, default_version), '.')::int[] >= string_to_array($1, '.')::int[] as enough
    from pg_available_extensions
    where name = 'vector'`,
    [oldestPgvector],
  );
  if (!available) {
    throw new PersistoError(
      "unavailable",
      "This Postgres has no pgvector; install it (the image pgvector/pgvector:pg17 has it) and start again.",
      { retryable: false },
    );
  }
  if (available.enough !== true) {
    throw new PersistoError(
      "unavailable",
      `pgvector ${oldestPgvector} or newer is needed, this Postgres has ${available.version}; ` +
        "upgrade it and run: alter extension vector update",
      { retryable: false },
    );
  }
  // Asked first, for the same reason.
  const installed = await query("select from pg_extension where extname = 'vector'");
  if (installed.length === 0) await query("create extension vector");
}

/** How far a database is, and how old the servers may be that work with it. */
interface SchemaState {
  readonly version: number;
  readonly oldestServer: number;
}

async function readState(query: Query): Promise<SchemaState> {
  // The column came after the table.
  const [row] = await query<{ version: number; oldest: number }>(
    `select coalesce(max(version), 0)::int as version,
      coalesce(max((to_jsonb(m) ->> 'oldest_server')::int), 0)::int as oldest
    from persisto.migrations m`,
  );
  return { version: row?.version ?? 0, oldestServer: row?.oldest ?? 0 };
}

function refuseTooNew({ version, oldestServer }: SchemaState, newest: number): void {
  if (version <= newest || oldestServer <= newest) return;
  throw new PersistoError(
    "conflict",
    `The database has schema version ${version}, this Persisto knows ${newest} and ${oldestServer} is the oldest that works ` +
      "with it; upgrade Persisto to the version that wrote it.",
  );
}

/** Another server may have been faster. Gives the version that the database has then. */
async function applyNext(query: Query, steps: readonly Migration[]): Promise<number> {
  const { version: applied } = await readState(query);
  const next = steps.find(({ version }) => version > applied);
  if (next === undefined) return applied;
  for (const statement of statementsOf(next.sql)) await query(statement);
  await query("alter table persisto.migrations add column if not exists oldest_server integer");
  await query("insert into persisto.migrations (version, name, oldest_server) values ($1::int, $2, $3::int)", [
    next.version,
    next.name,
    next.oldestServer ?? null,
  ]);
  return next.version;
}

function newestOf(steps: readonly Migration[]): number {
  return Math.max(...steps.map(({ version }) => version));
}

/**
 * PGlite runs one statement at a time. A statement ends with a semicolon at the end of a line, unless that is inside
 * the $$ body of a function.
 */
function statementsOf(sql: string): string[] {
  const statements = sql.match(/(?:\$\$.*?\$\$|(?!\$\$).)+?(?:;$|$(?!.))/gms) ?? [];
  return statements.filter((statement) => statement.trim() !== "");
}
