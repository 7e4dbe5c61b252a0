import { setTimeout as sleep } from "node:timers/promises";
import { PersistoError } from "@persisto/contract";
import { SqlError, type Query, type SqlClient } from "../sql-client.js";

/** Any constant will do, as long as every server uses the same. */
const lockKey = 7_305_513_091;

/** Long enough to wait for another server's migration as well. */
const timeoutMs = 10 * 60 * 1_000;

/**
 * Who asks for a table has everybody behind them wait until they have it, servers that are at work, too. After this long it is
 * better to let those pass and to ask again. Less than `deadlock_timeout` (a second), after which Postgres would end the
 * request of a server, and not this.
 */
const lockTimeoutMs = 500;
const pauseMs = 1_000;

/** Somebody else holds a lock, or each waits for the other. */
const isTaken = (error: unknown): boolean => error instanceof SqlError && ["55P03", "40P01"].includes(error.sqlState);

/**
 * Runs work on the schema in a transaction, while no other server does. Tried again when a table is in use for too long; servers
 * at work wait for half a second at most, and for what the work itself takes.
 * @throws PersistoError unavailable when tables are in use for ten minutes.
 */
export async function changeSchema<T>(client: SqlClient, work: (query: Query) => Promise<T>): Promise<T> {
  const session = client.session({ statementTimeoutMs: timeoutMs });
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await session.transaction(async (query) => {
        await query("select pg_advisory_xact_lock($1::bigint)", [String(lockKey)]);
        // Not before: a server that starts waits for the one that migrates as long as that takes.
        await query(`set local lock_timeout = ${lockTimeoutMs}`);
        return work(query);
      });
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (performance.now() > deadline) throw tooBusy(error);
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
}

function tooBusy(cause: unknown): PersistoError {
  return new PersistoError(
    "unavailable",
    "The schema cannot be changed: another session of Postgres has held a table of Persisto for ten minutes. " +
      "Look for it in pg_stat_activity (an open transaction, a dump), end it, and start again.",
    { cause },
  );
}
