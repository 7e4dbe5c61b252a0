import { PersistoError, quotaNames } from "@persisto/contract";
import { SqlError } from "../sql-client.js";

/** What the ledger fails a statement with that would use more than its project may (migration 9). */
const quotaExceeded = "PQ001";

/** @throws PersistoError quota_exceeded in place of the database's error. */
export async function refuseByQuota<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof SqlError) || cause.sqlState !== quotaExceeded) throw cause;
    const quota = quotaNames.find((name) => name === cause.constraint);
    throw new PersistoError("quota_exceeded", cause.message, { cause, details: { ...(quota && { quota }) } });
  }
}
