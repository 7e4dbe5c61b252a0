import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built program. */
export const cliMain = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** What a run of the built program gave. */
export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** How it is run: in a folder of its own, with nothing of the machine's configuration. */
export interface CliOptions {
  cwd: string;
  env?: Record<string, string>;
  /** What is piped in. */
  stdin?: string;
}

/** Starts the built program, its streams piped. */
export function startCli(args: readonly string[], { cwd, env = {} }: CliOptions): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [cliMain, ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env },
  });
}

/** Runs the built program to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = startCli(args, options);
  const printed = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.stderr += text));
  child.stdin.end(options.stdin ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...printed }));
  });
}
