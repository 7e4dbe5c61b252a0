import { setTimeout as pause } from "node:timers/promises";
import { isPersistoError } from "@persisto/contract";
import { SqlError } from "../sql-client.js";

const maxAttempts = 5;

/** Longest pause before the second attempt, in milliseconds; it doubles from attempt to attempt. */
const firstPauseMs = 20;

/** Runs work again that lost to a concurrent change: a deadlock, or a namespace deleted under a save. */
export async function retryConflicts<T>(work: () => Promise<T>, attempt = 1): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (attempt === maxAttempts || !isConcurrencyConflict(error)) throw error;
    // At random, or those that met would meet again.
    await pause(Math.random() * firstPauseMs * 2 ** attempt);
    return retryConflicts(work, attempt + 1);
  }
}

function isConcurrencyConflict(error: unknown): boolean {
  if (error instanceof SqlError) return ["40001", "40P01", "23503"].includes(error.sqlState);
  return isPersistoError(error) && error.code === "conflict" && error.retryable;
}
