import type { PersistoError } from "@persisto/contract";
import pg from "pg";
import type { Sight } from "../sql-client.js";
import { assumeSight, sightParameters } from "./assume-sight.js";
import { losesConnection, toStatementError } from "./pg-errors.js";
import { applySettings, readTimeoutMs } from "./pg-pool.js";
import { withSight } from "./sighted-query.js";
import type { Answer, Parameter } from "./statement.js";

/** What a session needs besides its connection. */
export interface PgSessionOptions {
  /** Host and port, for messages. */
  readonly address: string;
  readonly statementTimeoutMs: number;
}

/** One statement, and how it is sent. */
export interface PgStatement {
  readonly text: string;
  readonly parameters?: readonly Parameter[] | undefined;
  readonly name?: string | undefined;
  /** What it is to see, unless that is settled already. */
  readonly assume?: { readonly sight: Sight; readonly isNamed: boolean } | undefined;
}

const buildBytes = 512 * 1024 * 1024;

/** One connection of the pool in the hands of one call. */
export class PgSession {
  readonly #connection: pg.PoolClient;
  readonly #options: PgSessionOptions;
  /** Whether the connection is as the pool expects it. */
  #reusable = true;
  #lostBy: PersistoError | undefined;

  constructor(connection: pg.PoolClient, options: PgSessionOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Runs one statement, prepared under the name if it has one. Always by the extended protocol: the simple one would take several at once. */
  async run({ text, parameters = [], name, assume }: PgStatement): Promise<Answer> {
    const values = [...parameters];
    const config = { text, values, ...(name === undefined ? { queryMode: "extended" } : { name }) };
    const { rows, command } = await this.#guard(() => this.#ask(config, assume));
    return { rows, command };
  }

  /** Begins a transaction with its settings, in one round trip. */
  async begin(sight: Sight | undefined): Promise<void> {
    const assume = sight === undefined ? "" : `; ${withLiterals(assumeSight, sightParameters(sight))}`;
    const settings = applySettings("local", this.#options.statementTimeoutMs);
    await this.#guard(() => this.#ask({ text: `begin; ${settings}${assume}` }));
  }

  /**
   * Readies this connection for long work, for the rest of its life: with the statement timeout of the call, and memory
   * to build an index in, which takes many times as long when it does not fit. By one process: parallel ones would share
   * that memory, of which a container has 64 MB.
   */
  async prepareLongWork(): Promise<void> {
    this.#reusable = false;
    await this.#guard(() =>
      this.#ask({
        text: `set statement_timeout = ${this.#options.statementTimeoutMs};
        set max_parallel_maintenance_workers = 0;
        select set_config('maintenance_work_mem',
          greatest(pg_size_bytes(current_setting('maintenance_work_mem')), ${buildBytes}) / 1024 || 'kB', false)`,
      }),
    );
  }

  /** Gives the connection back, or closes it when the next call could suffer from this one. */
  release(): void {
    const settled = this.#lostBy === undefined && this.#connection.getTransactionStatus() === "I";
    this.#connection.release(!(settled && this.#reusable));
  }

  /**
   * Asks, and waits no longer than Postgres may take. Both are pg's to do, but it gives a query its callback after it was made: V8 (11.3) then
   * keeps what each answers with, rows and all, until its next whole collection of garbage.
   */
  #ask(config: pg.QueryConfig, assume?: PgStatement["assume"]): Promise<pg.QueryResult<object>> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error("no answer in time")),
        readTimeoutMs(this.#options.statementTimeoutMs),
      );
      const query = new pg.Query<object>(config, (error, result) => {
        clearTimeout(late);
        if (error) reject(error);
        else resolve(result);
      });
      this.#connection.query(assume === undefined ? query : withSight(query, assume));
    });
  }

  async #guard<T>(ask: () => Promise<T>): Promise<T> {
    // Nothing waits behind an answer that may never come, not even a rollback: closing the connection is one.
    if (this.#lostBy !== undefined) throw this.#lostBy;
    try {
      return await ask();
    } catch (error) {
      const reason = toStatementError(error, this.#options.address);
      if (losesConnection(error)) this.#lostBy = reason;
      throw reason;
    }
  }
}

/** The statement with its parameters written into it, for messages that carry none. */
function withLiterals(text: string, parameters: readonly string[]): string {
  return parameters.reduce((done, value, index) => done.replace(`$${index + 1}`, () => pg.escapeLiteral(value)), text);
}
