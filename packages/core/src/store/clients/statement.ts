/** A parameter as it is sent: text, bytes in Postgres' binary form, or null. */
export type Parameter = string | Uint8Array | null;

/** One statement to be run. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** Whether it is kept prepared; see `QueryOptions`. */
  readonly reuse?: boolean;
}

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
export type Run = (text: string, parameters?: readonly Parameter[]) => Promise<Answer>;
