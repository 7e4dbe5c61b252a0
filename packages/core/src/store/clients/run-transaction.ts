import { PersistoError } from "@persisto/contract";
import type { Query } from "../sql-client.js";
import { lendSession } from "./lend-session.js";
import { sendAtOnce } from "./send-at-once.js";
import type { Run } from "./statement.js";

/** A transaction on one session. */
export interface TransactionOptions<T> {
  readonly run: Run;
  readonly begin: () => Promise<unknown>;
  readonly work: (query: Query) => Promise<T>;
  /** How long the work may leave the session idle. */
  readonly idleTimeoutMs: number;
}

/**
 * Runs the work between begin and commit; rolls back when it throws or leaves the session idle for too long.
 * @throws what the work threw; PersistoError internal when the work hid the failure of a statement, with `outcomeUnknown`
 * when no answer to the commit came.
 */
export async function runTransaction<T>({ run, begin, work, idleTimeoutMs }: TransactionOptions<T>): Promise<T> {
  try {
    await begin();
  } catch (error) {
    await run("rollback").catch(() => undefined);
    throw error;
  }
  const { query, idleTooLong, end } = lendSession(run, idleTimeoutMs);
  try {
    const result = await Promise.race([work(query), idleTooLong]);
    await end();
    await commit(run);
    return result;
  } catch (error) {
    await end();
    // Fails only when the session is lost, and the transaction, unless it was committed, with it.
    await run("rollback").catch(() => undefined);
    throw error;
  }
}

async function commit(run: Run): Promise<void> {
  const { command } = await sendAtOnce(() => run("commit"));
  // Postgres answers commit with ROLLBACK, and no error, when a statement before it had failed.
  if (command === "COMMIT") return;
  throw new PersistoError("internal", "Nothing was committed: a statement failed, and its error was not passed on.");
}
