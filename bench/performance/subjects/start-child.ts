import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A program of the benchmark in a process of its own. */
export interface Child {
  /** What it says when it is ready. */
  readonly firstLine: string;
  close(): Promise<void>;
}

/** Starts a file of this directory, which ends with its standard input. */
export async function startChild(file: string, argument: string): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path, argument], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const firstLine = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
  const started = await Promise.race([firstLine, ended.then(() => undefined)]);
  if (started === undefined) throw new Error(`${file} ended while it started; see above.`);
  return {
    firstLine: started[0],
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
