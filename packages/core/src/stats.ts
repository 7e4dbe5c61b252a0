import type { ConnectionCounts } from "./store/sql-client.js";

/** What an open store can tell about itself without asking the database. */
export interface PersistoStats {
  /** Connections to Postgres; null for the embedded one, which has no pool. */
  connections: ConnectionCounts | null;
  /** How long the first of the calls that wait for the database has waited, in milliseconds; 0 when none waits. */
  databaseWaitedMs: number;
  /** Expired memories of all projects that this process has removed since it opened the store. */
  expiredRemoved: number;
}
