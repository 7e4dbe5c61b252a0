import { PersistoError } from "@persisto/contract";
import type { Query, SqlClient } from "../sql-client.js";
import init from "./migrations/0001-init.sql";
import filters from "./migrations/0002-filters.sql";
import retrieval from "./migrations/0003-retrieval.sql";
import walls from "./migrations/0004-walls.sql";
import access from "./migrations/0005-access.sql";
import idempotency from "./migrations/0006-idempotency.sql";
import erasure from "./migrations/0007-erasure.sql";
import rateLimits from "./migrations/0008-rate-limits.sql";
import usage from "./migrations/0009-usage.sql";

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** Append-only: a migration that has shipped is never edited. */
const migrations: readonly Migration[] = [
  { version: 1, name: "init", sql: init },
  { version: 2, name: "filters", sql: filters },
  { version: 3, name: "retrieval", sql: retrieval },
  { version: 4, name: "walls", sql: walls },
  { version: 5, name: "access", sql: access },
  { version: 6, name: "idempotency", sql: idempotency },
  { version: 7, name: "erasure", sql: erasure },
  { version: 8, name: "rate-limits", sql: rateLimits },
  { version: 9, name: "usage", sql: usage },
];

/** What this code brings a database to. */
export const newestSchemaVersion: number = Math.max(...migrations.map(({ version }) => version));

/** halfvec and its operators came with 0.7. */
const oldestPgvector = "0.7.0";

/** Any constant will do, as long as every server uses the same. */
export const lockKey = 7_305_513_091;

/** Long enough to wait for another server's migration as well. */
const timeoutMs = 10 * 60 * 1_000;

/**
 * Brings the schema up to this version in one transaction; servers that start together take turns.
 * @throws PersistoError conflict when the database is newer than this code, unavailable without pgvector.
 */
export async function migrate(client: SqlClient): Promise<void> {
  await client.session({ statementTimeoutMs: timeoutMs }).transaction(async (query) => {
    await query("select pg_advisory_xact_lock($1::bigint)", [String(lockKey)]);
    // Asked first, because "create schema if not exists" needs the right to create even when it exists.
    const schemas = await query("select from pg_namespace where nspname = 'persisto'");
    if (schemas.length === 0) await query("create schema persisto");
    await ensurePgvector(query);
    await query(`create table if not exists persisto.migrations (
      version integer primary key,
      name text not null,
      applied_at timestamptz not null default now()
    )`);
    const applied = await appliedVersion(query);
    refuseNewerSchema(applied);
    for (const migration of migrations.filter(({ version }) => version > applied)) await apply(query, migration);
  });
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

async function appliedVersion(query: Query): Promise<number> {
  const [row] = await query<{ version: number }>(
    "select coalesce(max(version), 0)::int as version from persisto.migrations",
  );
  return row?.version ?? 0;
}

function refuseNewerSchema(applied: number): void {
  if (applied <= newestSchemaVersion) return;
  throw new PersistoError(
    "conflict",
    `The database has schema version ${applied}, this Persisto knows ${newestSchemaVersion}; upgrade Persisto to the version that wrote it.`,
  );
}

async function apply(query: Query, { version, name, sql }: Migration): Promise<void> {
  for (const statement of statementsOf(sql)) await query(statement);
  await query("insert into persisto.migrations (version, name) values ($1::int, $2)", [version, name]);
}

/**
 * PGlite runs one statement at a time. A statement ends with a semicolon at the end of a line, unless that is inside
 * the $$ body of a function.
 */
function statementsOf(sql: string): string[] {
  const statements = sql.match(/(?:\$\$.*?\$\$|(?!\$\$).)+?(?:;$|$(?!.))/gms) ?? [];
  return statements.filter((statement) => statement.trim() !== "");
}
