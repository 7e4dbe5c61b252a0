import { availableParallelism } from "node:os";
import { PersistoError } from "@persisto/contract";
import pg from "pg";

/** How long a call waits for a connection, new or free. */
const connectTimeoutMs = 10_000;

/** Postgres itself ends a statement in time; this much later its connection is taken for dead. */
const graceMs = 5_000;

/**
 * Connections of a pool that is not told how many: two for each processor, and one. So many keep one process of Node busy, however near
 * Postgres is; where it runs on the same processors, more take them from that process (with ten on two, an answer in a flood
 * takes 0.10 s instead of 0.08).
 */
export const defaultPoolSize = Math.min(10, Math.max(5, 2 * availableParallelism() + 1));

/** Object identifiers of the types that rows promise something about. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  20: (int8) => int8,
  114: JSON.parse,
  3802: JSON.parse,
  1184: (timestamptz) => new Date(timestamptz),
};

/** An application that shares the pg package may have changed the parsers of all its clients. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => parsers[oid] ?? pg.types.getTypeParser(oid, format),
};

/** Pool of connections with our settings. */
export interface PgPoolOptions {
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
}

/** Makes the pool; connects to nothing yet. @throws PersistoError invalid_input for a malformed URL. */
export function createPgPool({ databaseUrl, poolSize, statementTimeoutMs }: PgPoolOptions): pg.Pool {
  // Its types leave the timeout out of a query.
  const settingsQuery = {
    text: applySettings("session", statementTimeoutMs),
    query_timeout: readTimeoutMs(statementTimeoutMs),
  };
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    types,
    fallback_application_name: "persisto",
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    allowExitOnIdle: true,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it, which its types leave out
    onConnect: (connection) => connection.query(settingsQuery),
  });
  // Without a listener the loss of an idle connection would end the process. The pool has dropped the
  // connection already, and the next call makes another.
  pool.on("error", () => {});
  // The same while a call holds the connection: its next statement fails, and that is reported.
  pool.on("connect", (connection) => connection.on("error", () => {}));
  return pool;
}

/** How long to wait for the answer to a statement that Postgres should end after `statementTimeoutMs`. */
export function readTimeoutMs(statementTimeoutMs: number): number {
  return statementTimeoutMs + graceMs;
}

/**
 * The settings that Persisto wants, as statements. Startup parameters would be refused by pgbouncer. Behind its
 * transaction pooling a session setting reaches one server connection, not all; so transactions set their own
 * (in the round trip of their begin), and for single statements nothing but speed depends on these: times come with
 * their offset, and the client keeps the timeout too. Plans need no setting: an unnamed statement is planned anew each
 * time, and only those are named whose plan may be kept.
 */
export function applySettings(scope: "session" | "local", statementTimeoutMs: number): string {
  const values = {
    jit: "off",
    // Starting workers takes 6 ms, and a plan that is kept is made for the average namespace: in a store with a large one
    // they would be started for searches of a hundred rows.
    max_parallel_workers_per_gather: 0,
    timezone: "'UTC'",
    datestyle: "'ISO'",
    statement_timeout: statementTimeoutMs,
  };
  return Object.entries(values)
    .map(([name, value]) => `set ${scope} ${name} = ${value}`)
    .join("; ");
}

/** `host:port` of a URL. @throws PersistoError invalid_input, without the URL: it may hold a password. */
export function addressOf(databaseUrl: string): string {
  try {
    const { host, port } = new pg.Client({ connectionString: databaseUrl });
    return `${host}:${port}`;
  } catch {
    throw new PersistoError(
      "invalid_input",
      "The database URL cannot be read; it should look like postgres://user:password@localhost:5432/app.",
    );
  }
}
