import type { PersistoError } from "@persisto/contract";
import type pg from "pg";
import { losesConnection, toStatementError } from "./pg-errors.js";
import { applySettings, readTimeoutMs } from "./pg-pool.js";
import type { Answer } from "./statement.js";

/** What a session needs besides its connection. */
export interface PgSessionOptions {
  /** Host and port, for messages. */
  readonly address: string;
  readonly statementTimeoutMs: number;
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
  readonly run = async (text: string, parameters: readonly unknown[] = [], name?: string): Promise<Answer> => {
    const queryTimeoutMs = readTimeoutMs(this.#options.statementTimeoutMs);
    const values = [...parameters];
    const named = name === undefined ? { queryMode: "extended" } : { name };
    const config = { text, values, ...named, query_timeout: queryTimeoutMs };
    const { rows, command } = await this.#guard(() => this.#connection.query<object>(config));
    return { rows, command };
  };

  /** Begins a transaction with its settings, in one round trip. */
  readonly begin = async (): Promise<void> => {
    await this.#guard(() =>
      this.#connection.query(`begin; ${applySettings("local", this.#options.statementTimeoutMs)}`),
    );
  };

  /**
   * Readies this connection for long work, for the rest of its life: with the statement timeout of the call, and memory
   * to build an index in, which takes many times as long when it does not fit. By one process: parallel ones would share
   * that memory, of which a container has 64 MB.
   */
  async prepareLongWork(): Promise<void> {
    this.#reusable = false;
    await this.#guard(() =>
      this.#connection.query(
        `set statement_timeout = ${this.#options.statementTimeoutMs};
        set max_parallel_maintenance_workers = 0;
        select set_config('maintenance_work_mem',
          greatest(pg_size_bytes(current_setting('maintenance_work_mem')), ${buildBytes}) / 1024 || 'kB', false)`,
      ),
    );
  }

  /** Gives the connection back, or closes it when the next call could suffer from this one. */
  release(): void {
    const settled = this.#lostBy === undefined && this.#connection.getTransactionStatus() === "I";
    this.#connection.release(!(settled && this.#reusable));
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
