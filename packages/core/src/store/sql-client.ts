import { PersistoError } from "@persisto/contract";

/** How a statement is run. */
export interface QueryOptions {
  /**
   * Keeps the statement prepared, and once its plan has proved no worse than one made for the parameters, the plan too:
   * half of the time of a short search. Only for a few different texts, and where one plan is right for all parameters.
   */
  readonly reuse?: boolean;
}

/** Runs one statement with bound parameters (`$1`, ...) and gives its rows. */
export type Query = <Row extends object>(
  text: string,
  parameters?: readonly unknown[],
  options?: QueryOptions,
) => Promise<Row[]>;

/** Whose rows statements see. Row security holds to it even where a statement forgets its project. */
export interface Sight {
  /** What the transaction acts as; `none` is the user that connected. */
  readonly role: "persisto_app" | "persisto_jobs" | "none";
  /** The one project that `persisto_app` works for; empty for all. */
  readonly projectId: string;
  /** Default: the program that Persisto runs in, and no more than what is written. */
  readonly charge?: Charge;
}

/** What statements count for, in the ledger of usage. */
export interface Charge {
  readonly keyId: string;
  /** Of what is written to memories, or of the query. */
  readonly embeddedTokens: number;
  /** Whether the statement answers a query. */
  readonly countsQuery: boolean;
}

/** How statements are run. */
export interface SessionOptions {
  /** Default: the client's own. More for migrations and index builds. */
  readonly statementTimeoutMs?: number;
  /** Default: all that the owner of the tables sees. */
  readonly sight?: Sight | undefined;
}

/** Runs statements, alone or in transactions. */
export interface SqlSession {
  /** @throws SqlError; PersistoError unavailable when the database cannot be reached or is too slow. */
  readonly query: Query;
  /**
   * Commits when `work` resolves, rolls back when it throws. `work` must use the query it is given, and may
   * not leave it unused for longer than the statement timeout.
   */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
}

/** The connections of a pool, now. */
export interface ConnectionCounts {
  readonly open: number;
  /** Of the open ones, those that nobody uses. */
  readonly idle: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/**
 * A Postgres with pgvector, native or embedded. Rows come with timestamps as Date, jsonb parsed and
 * int8 as string; parameters may be string, number, boolean, null, Date and arrays of these, and a Uint8Array for any type
 * in its binary form.
 */
export interface SqlClient extends SqlSession {
  /** Element type to store vectors as: halfvec is smaller natively but twice as slow in WebAssembly. */
  readonly vectorType: "vector" | "halfvec";
  /** Whether an index can be built while others write. With one session every statement waits for the build. */
  readonly buildsConcurrently: boolean;
  /** Absent where there is one session and no pool. */
  readonly connections?: () => ConnectionCounts;
  /** How long the first of those that wait for a connection, or for their turn, has waited; 0 when nobody waits. */
  waitedMs(): number;
  /**
   * Runs `use` while nothing is written to the database and its files hold everything; `query` is for reading. Other calls
   * wait. Absent where Postgres is another process, or in memory.
   */
  readonly whileStill?:
    | (<T>(use: (still: { readonly directory: string; readonly query: Query }) => Promise<T>) => Promise<T>)
    | undefined;
  /** The same database, with other eyes or more patience. */
  session(options: SessionOptions): SqlSession;
  /** Waits for what is under way. Later calls throw unavailable. */
  close(): Promise<void>;
}

/** A statement Postgres refused. Carries no parameters: they hold users' texts. */
export class SqlError extends PersistoError {
  readonly sqlState: string;
  readonly constraint: string | undefined;

  constructor(options: { sqlState: string; message: string; constraint?: string | undefined }) {
    super(isOutage(options.sqlState) ? "unavailable" : "internal", options.message);
    this.sqlState = options.sqlState;
    this.constraint = options.constraint;
  }
}

/**
 * Connection failures (08), resources exhausted (53), shutdown or cancelled (57), deadlock and serialization
 * (40), a server that is read-only since a failover (25006).
 */
function isOutage(sqlState: string): boolean {
  return /^(08|53|57|40|25006)/.test(sqlState);
}
