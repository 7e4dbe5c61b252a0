import { setTimeout as pause } from "node:timers/promises";
import { isPersistoError } from "@persisto/contract";
import { SqlError, type Query, type SqlSession } from "../sql-client.js";

const maxAttempts = 5;

/** Longest pause before the second attempt, in milliseconds; it doubles from attempt to attempt. */
const firstPauseMs = 20;

/** Runs work again that lost to a concurrent change: a deadlock, or a namespace deleted under a save. */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  return retry(work, isConcurrencyConflict, 1);
}

/**
 * The session, whose single statements are run again when they lost a deadlock: also one that only reads holds the tables
 * that it has while it waits for the next, and a migration may want them the other way round.
 */
export function retryDeadlocks(session: SqlSession): SqlSession {
  const query: Query = (...statement) => retry(() => session.query(...statement), isDeadlock, 1);
  return { ...session, query };
}

async function retry<T>(work: () => Promise<T>, isWorthIt: (error: unknown) => boolean, attempt: number): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (attempt === maxAttempts || !isWorthIt(error)) throw error;
    // At random, or those that met would meet again.
    await pause(Math.random() * firstPauseMs * 2 ** attempt);
    return retry(work, isWorthIt, attempt + 1);
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof SqlError && error.sqlState === "40P01";
}

function isConcurrencyConflict(error: unknown): boolean {
  if (error instanceof SqlError) return ["40001", "40P01", "23503"].includes(error.sqlState);
  return isPersistoError(error) && error.code === "conflict" && error.retryable;
}
