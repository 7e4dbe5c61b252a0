import { existsSync, renameSync, rmSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { parse, PGlite, protocol } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { keepByteOrderMarks } from "./keep-byte-order-marks.js";
import type { WorkerReply, WorkerRequest } from "./pglite-messages.js";
import type { Answer, Statement } from "./statement.js";
import type { PostgresRefusal } from "./to-sql-error.js";

/*
 * The thread that PGlite runs in. A statement blocks its thread until it is done, and some never end, so
 * it must not be the thread that serves requests, and it must be one that can be killed.
 */

const int8 = 20;
const options = { extensions: { vector }, parsers: { [int8]: (text: string) => text } };
const nothing: Answer = { rows: [], command: "" };

let database: PGlite | undefined;

keepByteOrderMarks();
parentPort?.on("message", (request: WorkerRequest) => void reply(request));

async function reply(request: WorkerRequest): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(await handle(request).catch(toReply));
}

async function handle(request: WorkerRequest): Promise<WorkerReply> {
  switch (request.kind) {
    case "open":
      database = await open(request.directory);
      return { kind: "done", answer: nothing };
    case "run":
      return { kind: "done", answer: await run(request.statements) };
    case "close":
      await run([{ text: "checkpoint", parameters: [] }]);
      await database?.close();
      return { kind: "done", answer: nothing };
  }
}

async function open(directory: string | undefined): Promise<PGlite> {
  if (directory !== undefined && !existsSync(directory)) await initialise(directory);
  return PGlite.create(directory === undefined ? options : { ...options, dataDir: directory });
}

/** PGlite copies a new cluster file by file: of a process killed meanwhile, what is left never opens. */
async function initialise(directory: string): Promise<void> {
  const unfinished = `${directory}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const made = await PGlite.create({ dataDir: unfinished });
  await made.close();
  renameSync(unfinished, directory);
}

async function run(statements: readonly Statement[]): Promise<Answer> {
  if (database === undefined) throw new Error("PGlite is not open");
  const { messages } = await database.execProtocol(messageOf(statements));
  const result = parse.parseResults(messages, database.parsers)[statements.length - 1];
  // Without this a jsonb nested 6,000 deep is not saved and no error says so: PGlite's stack overflows.
  if (result?.command === undefined) throw new Error("PGlite gave up a statement without an error");
  noteKept(statements);
  return { rows: result.rows, command: result.command };
}

/** Names of the statements that are to be kept prepared, by their text, and whether they are. */
const prepared = new Map<string, { readonly name: string; isThere: boolean }>();

/**
 * All that Postgres' protocol has to say for the statements, in one message. PGlite's own `query` takes six for one and
 * has it described twice: a fifth of the time of reading one memory.
 */
function messageOf(statements: readonly Statement[]): Uint8Array {
  const { serialize } = protocol;
  const parts = statements.flatMap(({ text, parameters, reuse = false }) => {
    const { name, isThere } = reuse ? keptAs(text) : unnamed;
    return [
      // Of one that failed nobody knows whether it was prepared: closing what is not there is no error.
      ...(isThere ? [] : [serialize.close({ type: "S", name }), serialize.parse({ name, text })]),
      serialize.bind({ statement: name, values: [...parameters] }),
      serialize.describe({ type: "P" }),
      serialize.execute({}),
    ];
  });
  return Buffer.concat([...parts, serialize.sync()]);
}

const unnamed = { name: "", isThere: false };

function keptAs(text: string): { readonly name: string; isThere: boolean } {
  let kept = prepared.get(text);
  if (kept === undefined) {
    kept = { name: `kept_${prepared.size}`, isThere: false };
    prepared.set(text, kept);
  }
  return kept;
}

function noteKept(statements: readonly Statement[]): void {
  for (const { text, reuse } of statements) if (reuse === true) keptAs(text).isThere = true;
}

function toReply(error: unknown): WorkerReply {
  if (isRefusal(error)) {
    const { code, message, constraint } = error;
    return { kind: "refused", refusal: { code, message, constraint } };
  }
  return { kind: "broken", reason: error instanceof Error ? `${error.name}: ${error.message}` : "unknown error" };
}

/** An error with an SQLSTATE; a severity of FATAL or PANIC would mean that this Postgres has ended. */
function isRefusal(error: unknown): error is PostgresRefusal & Error {
  if (!(error instanceof Error) || !("code" in error) || !("severity" in error)) return false;
  return typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code) && error.severity === "ERROR";
}
