import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../packages/server/dist/main.js", import.meta.url));
const readyWithinMs = 60_000;

/** The built server in a process of its own, as a user runs it. */
export interface ServerProcess {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** What it printed so far. */
  output(): string;
  readonly pid: number | undefined;
  /** Whether it has ended, by itself or by a signal. */
  hasEnded(): boolean;
  /** Resolves when it can be asked. @throws Error with what it printed, when it ends before or takes more than a minute. */
  ready(): Promise<void>;
  /** Ends it and waits for its end, also when it has ended already; gives the exit code, null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** What a server process is given. Nothing else reaches it: not our environment, not the checkout's .env. */
export interface ServerProcessOptions {
  environment: Record<string, string>;
  /** Its working directory; without one, an empty folder that is deleted with the server. */
  cwd?: string;
  apiKey?: string;
  /** Default: a free one. */
  port?: number;
  /** Kills it so long after it was started, ready or not. */
  killAfterMs?: number;
}

/**
 * Starts the server; resolves when it is ready.
 * @throws Error with what it printed, when it ended before or was not ready within a minute.
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const server = await launchServerProcess(options);
  try {
    await server.ready();
  } catch (error) {
    await server.end("SIGKILL");
    throw error;
  }
  return server;
}

/** The same, as soon as the process is there: it may be asked, or killed, before it is ready. */
export async function launchServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { apiKey = "key-of-one-run" } = options;
  const port = options.port ?? (await freePort());
  const ownFolder = options.cwd === undefined ? await mkdtemp(join(tmpdir(), "persisto-server-")) : undefined;
  const child = spawn(process.execPath, [main], {
    cwd: options.cwd ?? ownFolder,
    env: { PATH: process.env["PATH"], PORT: String(port), PERSISTO_API_KEY: apiKey, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (options.killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), options.killAfterMs);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const ended = once(child, "close") as Promise<[number | null]>;

  const server: ServerProcess = {
    baseUrl: `http://127.0.0.1:${port}`,
    apiKey,
    pid: child.pid,
    output: () => output,
    ready: () => untilReady(server),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async end(signal) {
      child.kill(signal);
      const [code] = await ended;
      if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
      return code;
    },
  };
  return server;
}

async function untilReady(server: ServerProcess): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!(await isReady(server.baseUrl))) {
    if (server.hasEnded()) throw new Error(`The server ended while starting:\n${server.output()}`);
    if (performance.now() > deadline) throw new Error(`The server was not ready within a minute:\n${server.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
