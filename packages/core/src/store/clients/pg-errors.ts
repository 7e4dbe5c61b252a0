import { PersistoError } from "@persisto/contract";
import pg from "pg";
import { errorCode } from "./error-code.js";
import { toSqlError } from "./to-sql-error.js";

/** Why there is no connection. The messages of Postgres at this point name user and database, never the password. */
export function toConnectError(error: unknown, address: string): PersistoError {
  if (error instanceof pg.DatabaseError) {
    return new PersistoError("unavailable", `Postgres at ${address} refused the connection: ${error.message}.`, {
      cause: error,
    });
  }
  if (error instanceof Error && error.message === "timeout exceeded when trying to connect") {
    return new PersistoError("unavailable", `All connections to Postgres at ${address} were busy for too long.`);
  }
  const reason = errorCode(error) ?? (error instanceof Error ? error.message : "unknown error");
  return new PersistoError("unavailable", `Cannot reach Postgres at ${address}; is it running? (${reason})`, {
    cause: error,
  });
}

/** Why a statement failed: Postgres refused it, or the connection was lost before the answer came. */
export function toStatementError(error: unknown, address: string): PersistoError {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    return toSqlError({ code: error.code, message: error.message, constraint: error.constraint });
  }
  const reason = error instanceof Error ? error.message : "unknown error";
  return new PersistoError("unavailable", `Lost the connection to Postgres at ${address}: ${reason}.`);
}

/**
 * Whether the connection must not be used again: it is gone, an answer may still be under way (57014), or it
 * leads to a server that is read-only since a failover (25006).
 */
export function losesConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  return error.severity !== "ERROR" || /^(08|57|25006)/.test(error.code ?? "");
}
