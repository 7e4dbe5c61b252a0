import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../../scripts/native-postgres.mjs", import.meta.url));

/** A Postgres that nobody else uses, so that it may be killed. */
export interface OwnPostgres {
  /** The same after every restart. */
  readonly url: string;
  /** Kills its first process with SIGKILL; the data stay. */
  crash(): Promise<void>;
  /** Stops it in order, ending every connection; the data stay. */
  halt(): Promise<void>;
  /** Starts it again, on its port. */
  startAgain(): Promise<void>;
  /** Stops it and deletes its data. */
  drop(): Promise<void>;
}

/** Starts a Postgres of its own, as `scripts/native-postgres.mjs` does. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const name = `chaos-${process.pid}`;
  const url = await urlFrom("start", name);
  const { port } = new URL(url);
  return {
    url,
    crash: () => command("crash", name),
    halt: () => command("halt", name),
    startAgain: () => command("start", name, port),
    drop: () => command("stop", name),
  };
}

async function urlFrom(...words: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [script, ...words]);
  const url = /^DATABASE_URL=(\S+)$/m.exec(stdout)?.[1];
  if (url === undefined) throw new Error(`The Postgres of this run did not start: ${stdout}`);
  return url;
}

async function command(...words: string[]): Promise<void> {
  await run(process.execPath, [script, ...words]);
}
