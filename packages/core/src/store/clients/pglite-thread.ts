import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { PersistoError } from "@persisto/contract";
import { closedError } from "./closed-error.js";
import type { WorkerReply, WorkerRequest } from "./pglite-messages.js";
import type { Answer, Statement } from "./statement.js";
import { toSqlError } from "./to-sql-error.js";

/** How to open a PGlite. */
export interface PgliteThreadOptions {
  /** PGlite's own directory; in memory if undefined. */
  readonly directory: string | undefined;
  /** Called once when PGlite stops for any reason but `close`. */
  onStop(reason: PersistoError): void;
}

/** Replay of the log after a crash took 0.3-0.7 s, initdb 2-10 s: one that needs two minutes hangs. */
const openTimeoutMs = 120_000;
/** A checkpoint writes at most the 128 MB of shared buffers. */
const closeTimeoutMs = 60_000;

/** A PGlite in a thread of its own, with a watchdog. Takes one statement at a time. */
export class PgliteThread {
  /** Resolves when the thread has ended and no longer touches the directory. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #onStop: (reason: PersistoError) => void;
  #stoppedBy: PersistoError | undefined;
  #receive: ((reply: WorkerReply | PersistoError) => void) | undefined;

  /** @throws PersistoError unavailable when PGlite cannot open the directory. */
  static async open({ directory, onStop }: PgliteThreadOptions): Promise<PgliteThread> {
    const thread = new PgliteThread(onStop);
    try {
      await thread.#ask({ kind: "open", directory }, openTimeoutMs);
      return thread;
    } catch (cause) {
      await thread.end();
      throw cannotOpen(directory, cause);
    }
  }

  private constructor(onStop: (reason: PersistoError) => void) {
    const path = createRequire(import.meta.url).resolve("@persisto/core/pglite-worker");
    // Without the flags of this process: its loaders and debuggers are not for this thread.
    this.#worker = new Worker(path, { name: "persisto-pglite", execArgv: [] });
    this.#onStop = onStop;
    this.ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.on("message", (reply: WorkerReply) => this.#receive?.(reply));
    this.#worker.on("error", (error) => this.#stop(stoppedError(error.name)));
    this.#worker.on("exit", (code) => this.#stop(stoppedError(`exit code ${code}`)));
  }

  /** Why PGlite stopped or was stopped; undefined while it runs. */
  get stoppedBy(): PersistoError | undefined {
    return this.#stoppedBy;
  }

  /**
   * Runs statements as one transaction, unless one is under way, and gives the answer to the last.
   * @throws SqlError; PersistoError unavailable when PGlite stops, as it must after `timeoutMs`.
   */
  async run(statements: readonly Statement[], timeoutMs: number): Promise<Answer> {
    return this.#ask({ kind: "run", statements }, timeoutMs);
  }

  /** Writes a checkpoint, closes PGlite and ends the thread. @throws PersistoError unavailable. */
  async close(): Promise<void> {
    try {
      if (this.#stoppedBy === undefined) await this.#ask({ kind: "close" }, closeTimeoutMs);
    } finally {
      await this.end();
    }
  }

  /** Ends the thread as it is. */
  async end(): Promise<void> {
    this.#stoppedBy ??= closedError();
    void this.#worker.terminate();
    await this.ended;
  }

  async #ask(request: WorkerRequest, timeoutMs: number): Promise<Answer> {
    if (this.#stoppedBy !== undefined) throw this.#stoppedBy;
    const reply = await this.#exchange(request, timeoutMs);
    if (reply instanceof PersistoError) throw reply;
    switch (reply.kind) {
      case "done":
        return reply.answer;
      case "refused":
        throw toSqlError(reply.refusal);
      case "broken":
        throw this.#stop(stoppedError(reply.reason));
    }
  }

  /** The process stays alive for an answer, and for nothing else. */
  async #exchange(request: WorkerRequest, timeoutMs: number): Promise<WorkerReply | PersistoError> {
    let answered = false;
    // After a pause of this whole process the answer may be there already: messages are read once more first.
    const bark = (): unknown => setImmediate(() => (answered ? undefined : this.#stop(tooSlowError(timeoutMs))));
    const watchdog = setTimeout(bark, timeoutMs);
    this.#worker.ref();
    try {
      return await new Promise((resolve) => {
        this.#receive = resolve;
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        this.#worker.postMessage(request);
      });
    } finally {
      answered = true;
      this.#receive = undefined;
      clearTimeout(watchdog);
      this.#worker.unref();
    }
  }

  /** Kills the thread: nothing less ends a statement that spins. Gives the first reason. */
  #stop(reason: PersistoError): PersistoError {
    if (this.#stoppedBy !== undefined) return this.#stoppedBy;
    this.#stoppedBy = reason;
    void this.#worker.terminate();
    this.#receive?.(reason);
    this.#onStop(reason);
    return reason;
  }
}

function stoppedError(reason: string): PersistoError {
  return new PersistoError("unavailable", `The embedded Postgres stopped (${reason}); the next call starts it again.`);
}

function tooSlowError(timeoutMs: number): PersistoError {
  return new PersistoError(
    "unavailable",
    `The embedded Postgres gave no answer for ${timeoutMs} ms and was stopped; the next call starts it again.`,
  );
}

function cannotOpen(directory: string | undefined, cause: unknown): PersistoError {
  const where = directory === undefined ? "in memory" : `in ${directory}`;
  const reason = cause instanceof Error ? cause.message : "unknown error";
  return new PersistoError(
    "unavailable",
    `Cannot open the embedded Postgres ${where}. If its files are damaged, restore a backup. ${reason}`,
    { retryable: false, cause },
  );
}
