import { isPersistoError, PersistoError } from "@persisto/contract";
import { SqlError } from "../sql-client.js";

/**
 * Sends what takes effect at once: a commit, or a statement outside of a transaction.
 * @throws what it throws; when Postgres did not answer, with `outcomeUnknown`: it may have been done all the same.
 */
export async function sendAtOnce<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!isPersistoError(error) || error instanceof SqlError) throw error;
    throw new PersistoError(error.code, error.message, {
      details: { ...error.details, outcomeUnknown: true },
      retryable: error.retryable,
      cause: error.cause,
    });
  }
}
