import { join, resolve } from "node:path";
import { PersistoError } from "@persisto/contract";
import type { Query, QueryOptions, SessionOptions, Sight, SqlClient, SqlSession } from "../sql-client.js";
import { closedError } from "./closed-error.js";
import { assumeSight, sightParameters } from "./assume-sight.js";
import { acquireDataDirLock, type DataDirLock } from "./data-dir-lock.js";
import { encodeParameter } from "./encode-parameter.js";
import { sendAtOnce } from "./send-at-once.js";
import { PgliteThread } from "./pglite-thread.js";
import { runTransaction } from "./run-transaction.js";
import type { Answer, Statement } from "./statement.js";
import { Turnstile } from "./turnstile.js";
import { WaitingLine } from "./waiting-line.js";

/** How to open the embedded Postgres. */
export interface PgliteOptions {
  /** Where to keep the data: `persisto.lock` and `postgres/` are made in it. In memory if undefined. */
  readonly dataDir?: string | undefined;
  /**
   * How long a statement may take, and a transaction may do nothing. PGlite has no such limit of its own and
   * can spin for ever, so a statement over it costs a restart. Default 30,000.
   */
  readonly statementTimeoutMs?: number | undefined;
  /** Told after PGlite was started again, with what had stopped it. */
  readonly onRestart?: ((reason: PersistoError) => void) | undefined;
}

/**
 * Opens, or makes, an embedded Postgres that runs in a thread of its own. An idle client does not keep the
 * process alive. When PGlite stops (too long a statement, a crash), all calls under way throw unavailable
 * and the next call starts it again on the same directory; data in memory is lost.
 * @throws PersistoError conflict when the directory is in use, unavailable when it cannot be opened.
 */
export async function openPglite(options: PgliteOptions = {}): Promise<SqlClient> {
  const { dataDir, statementTimeoutMs = 30_000, onRestart = () => {} } = options;
  const lock = dataDir === undefined ? undefined : await acquireDataDirLock(dataDir);
  const directory = dataDir === undefined ? undefined : join(resolve(dataDir), "postgres");
  const turnstile = new Turnstile();
  const open = (): Promise<PgliteThread> =>
    PgliteThread.open({ directory, onStop: (reason) => turnstile.refuseWaiting(reason) });
  try {
    return new PgliteClient({ thread: await open(), open, turnstile, directory, lock, statementTimeoutMs, onRestart });
  } catch (error) {
    lock?.release();
    throw error;
  }
}

interface ClientParts {
  thread: PgliteThread;
  readonly open: () => Promise<PgliteThread>;
  /** PGlite has one session: a statement waits until the transaction before it has ended. */
  readonly turnstile: Turnstile;
  readonly directory: string | undefined;
  readonly lock: DataDirLock | undefined;
  readonly statementTimeoutMs: number;
  readonly onRestart: (reason: PersistoError) => void;
}

/** Runs statements as one transaction and gives the answer to the last. */
type RunAll = (statements: readonly Statement[]) => Promise<Answer>;

class PgliteClient implements SqlClient {
  readonly vectorType = "vector";
  readonly buildsConcurrently = false;
  readonly query: Query;
  readonly transaction: SqlClient["transaction"];
  readonly #parts: ClientParts;
  readonly #line = new WaitingLine();
  #closing: Promise<void> | undefined;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    ({ query: this.query, transaction: this.transaction } = this.session({}));
  }

  session({ statementTimeoutMs = this.#parts.statementTimeoutMs, sight }: SessionOptions): SqlSession {
    return {
      query: async <Row extends object>(
        text: string,
        parameters: readonly unknown[] = [],
        { reuse = false }: QueryOptions = {},
      ) => {
        const statement = { text, parameters: parameters.map(encodeParameter), reuse };
        const { rows } = await this.#inTurn(statementTimeoutMs, (run) =>
          sendAtOnce(() => run(assuming(sight, [statement]))),
        );
        return rows as Row[];
      },
      transaction: (work) =>
        this.#inTurn(statementTimeoutMs, (run) =>
          runTransaction({
            run: (text, parameters = []) => run([{ text, parameters }]),
            begin: async () => {
              await run([{ text: "begin", parameters: [] }]);
              if (sight) await run(assuming(sight, []));
            },
            work,
            idleTimeoutMs: statementTimeoutMs,
          }),
        ),
    };
  }

  waitedMs = (): number => this.#line.waitedMs();

  /** A checkpoint first: then the files hold everything, and this Postgres, which has no other process, writes nothing by itself. */
  get whileStill(): SqlClient["whileStill"] {
    const { directory, statementTimeoutMs } = this.#parts;
    if (directory === undefined) return undefined;
    return (use) =>
      this.#inTurn(statementTimeoutMs, async (run) => {
        await run([{ text: "checkpoint", parameters: [] }]);
        return use({
          directory,
          query: async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
            (await run([{ text, parameters: parameters.map(encodeParameter) }])).rows as Row[],
        });
      });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { turnstile, lock } = this.#parts;
    let leave: (() => void) | undefined;
    // Turned away when PGlite stops meanwhile; whoever holds the turn still has to leave.
    while (leave === undefined) leave = await turnstile.enter().catch(() => undefined);
    try {
      await this.#parts.thread.close();
    } finally {
      leave();
      lock?.release();
    }
  }

  async #inTurn<T>(timeoutMs: number, use: (run: RunAll) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw closedError();
    const leave = await this.#line.during(() => this.#parts.turnstile.enter());
    try {
      const thread = await this.#runningThread();
      return await use((statements) => thread.run(statements, timeoutMs));
    } finally {
      leave();
    }
  }

  async #runningThread(): Promise<PgliteThread> {
    const { thread, directory, open, onRestart } = this.#parts;
    if (thread.stoppedBy === undefined) return thread;
    if (directory === undefined) throw lostError();
    if (this.#closing !== undefined) throw closedError();
    // A thread in a loop took up to 2.2 s to die, and two PGlites on one directory would ruin it.
    await thread.ended;
    this.#parts.thread = await open();
    onRestart(thread.stoppedBy);
    return this.#parts.thread;
  }
}

/** The statements, after what gives them their sight. */
function assuming(sight: Sight | undefined, statements: readonly Statement[]): readonly Statement[] {
  return sight ? [{ text: assumeSight, parameters: sightParameters(sight), reuse: true }, ...statements] : statements;
}

function lostError(): PersistoError {
  return new PersistoError(
    "unavailable",
    "The embedded Postgres stopped, and with it all data in memory is lost. Open a new one; give it a data directory to keep data.",
    { retryable: false },
  );
}
