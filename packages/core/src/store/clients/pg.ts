import type pg from "pg";
import type { ConnectionCounts, Query, QueryOptions, SessionOptions, SqlClient, SqlSession } from "../sql-client.js";
import { closedError } from "./closed-error.js";
import { encodeParameter } from "./encode-parameter.js";
import { sendAtOnce } from "./send-at-once.js";
import { toConnectError } from "./pg-errors.js";
import { addressOf, createPgPool, defaultPoolSize } from "./pg-pool.js";
import { PgSession } from "./pg-session.js";
import { PreparedStatements } from "./prepared-statements.js";
import { runTransaction } from "./run-transaction.js";
import { WaitingLine } from "./waiting-line.js";
import { WorkUnderWay } from "../../work-under-way.js";

/** How to reach a Postgres with pgvector. */
export interface PgOptions {
  /** E.g. `postgres://user:password@localhost:5432/app`. */
  readonly databaseUrl: string;
  /** Most connections at a time. Default {@link defaultPoolSize}. */
  readonly poolSize?: number | undefined;
  /** How long a statement may take, and a transaction may do nothing. Default 30,000. */
  readonly statementTimeoutMs?: number | undefined;
}

/**
 * Opens a pool of connections, and makes sure that Postgres answers. An idle client does not keep the
 * process alive.
 * @throws PersistoError invalid_input for a malformed URL, unavailable when Postgres does not answer.
 */
export async function openPg(options: PgOptions): Promise<SqlClient> {
  const client = new PgClient(options);
  try {
    await client.query("select 1");
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

class PgClient implements SqlClient {
  readonly vectorType = "halfvec";
  readonly buildsConcurrently = true;
  readonly query: Query;
  readonly transaction: SqlClient["transaction"];
  readonly #pool: pg.Pool;
  readonly #prepared = new PreparedStatements();
  readonly #address: string;
  readonly #statementTimeoutMs: number;
  readonly #line = new WaitingLine();
  readonly #underWay = new WorkUnderWay();
  #closing: Promise<void> | undefined;

  constructor({ databaseUrl, poolSize = defaultPoolSize, statementTimeoutMs = 30_000 }: PgOptions) {
    this.#address = addressOf(databaseUrl);
    this.#statementTimeoutMs = statementTimeoutMs;
    this.#pool = createPgPool({ databaseUrl, poolSize, statementTimeoutMs });
    ({ query: this.query, transaction: this.transaction } = this.session({}));
  }

  session({ statementTimeoutMs = this.#statementTimeoutMs, sight }: SessionOptions): SqlSession {
    return {
      query: async <Row extends object>(
        text: string,
        parameters: readonly unknown[] = [],
        { reuse = false }: QueryOptions = {},
      ) => {
        const statement = { text, parameters: parameters.map(encodeParameter), reuse, sight };
        const { rows } = await this.#onSession(statementTimeoutMs, async (session) => {
          if (statementTimeoutMs !== this.#statementTimeoutMs) await session.prepareLongWork();
          return sendAtOnce(() => this.#prepared.run(session, statement));
        });
        return rows as Row[];
      },
      transaction: (work) =>
        this.#onSession(statementTimeoutMs, (session) =>
          runTransaction({
            run: (text, parameters) => session.run({ text, parameters }),
            begin: () => session.begin(sight),
            work,
            idleTimeoutMs: statementTimeoutMs,
          }),
        ),
    };
  }

  waitedMs = (): number => this.#line.waitedMs();

  connections = (): ConnectionCounts => ({
    open: this.#pool.totalCount,
    idle: this.#pool.idleCount,
    waiting: this.#pool.waitingCount,
  });

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // The pool's own end() forgets the calls that wait for a connection: they would never be answered.
    await this.#underWay.ended();
    await this.#pool.end();
  }

  async #onSession<T>(statementTimeoutMs: number, use: (session: PgSession) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw closedError();
    return this.#underWay.during(() => this.#connectAndUse(statementTimeoutMs, use));
  }

  async #connectAndUse<T>(statementTimeoutMs: number, use: (session: PgSession) => Promise<T>): Promise<T> {
    const session = new PgSession(await this.#connect(), { address: this.#address, statementTimeoutMs });
    try {
      return await use(session);
    } finally {
      session.release();
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#line.during(() => this.#pool.connect());
    } catch (error) {
      throw toConnectError(error, this.#address);
    }
  }
}
