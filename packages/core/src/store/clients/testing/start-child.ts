import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

/** A process of its own that runs one of the scripts of this folder. */
export interface Child {
  readonly pid: number;
  /** The next message that the script sends. @throws Error when it exits instead. */
  message(): Promise<unknown>;
  send(message: object): void;
  kill(signal: NodeJS.Signals): void;
  /** Exit code or signal. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** Makes a script of this folder into one file in `outDir` that plain node runs, as fast as node starts. */
export async function bundleScript(name: string, outDir: string): Promise<string> {
  const source = new URL(name, import.meta.url);
  await build({
    config: false,
    silent: true,
    entry: [fileURLToPath(source)],
    outDir,
    format: ["esm"],
    outExtension: () => ({ js: ".mjs" }),
    noExternal: [/.*/],
    // For CommonJS in the bundle, which asks for Node's own modules.
    banner: {
      js: `import { createRequire as makeRequire } from "node:module"; const require = makeRequire("${source.href}");`,
    },
    // The script finds the worker's file as its source would.
    esbuildOptions: (options) => {
      options.define = { ...options.define, "import.meta.url": JSON.stringify(source.href) };
    },
  });
  return join(outDir, `${basename(name, ".ts")}.mjs`);
}

/** Starts a bundled script. Its output goes to that of the tests. */
export function startChild(script: string, args: readonly string[] = [], execArgv: readonly string[] = []): Child {
  const child = fork(script, [...args], { execArgv: [...execArgv], stdio: "inherit" });
  const received: unknown[] = [];
  let wake = (): void => {};
  child.on("message", (message) => {
    received.push(message);
    wake();
  });
  let over = false;
  const exited = outcome(child).finally(() => {
    over = true;
    wake();
  });
  return {
    pid: child.pid ?? 0,
    exited,
    send: (message) => void child.send(message),
    kill: (signal) => void child.kill(signal),
    message: async () => {
      while (received.length === 0) {
        if (over) throw new Error("The child process exited without a message");
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return received.shift();
    },
  };
}

async function outcome(child: ChildProcess): Promise<number | NodeJS.Signals> {
  // "close" comes after the last message, "exit" may come before.
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return code ?? signal ?? 0;
}
