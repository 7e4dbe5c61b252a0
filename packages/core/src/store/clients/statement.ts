/** What one statement gave. */
export interface Answer {
  rows: object[];
  /** First word of Postgres' command tag: SELECT, INSERT, COMMIT, ROLLBACK, ... */
  command: string;
}

/**
 * Runs one statement on one session of Postgres.
 * @throws SqlError; PersistoError unavailable when the session is lost.
 */
export type Run = (text: string, parameters?: readonly (string | null)[]) => Promise<Answer>;
