import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../packages/server/dist/main.js", import.meta.url));

/** The built server in a process of its own, as a user runs it. */
export interface ServerProcess {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** What it printed so far. */
  output(): string;
  /** Ends it and waits for its end; gives the exit code, null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the server on a free port with nothing in its environment but what is given; resolves when it is ready. */
export async function startServerProcess(options: {
  cwd: string;
  environment: Record<string, string>;
  apiKey?: string;
}): Promise<ServerProcess> {
  const { apiKey = "key-of-one-test-run" } = options;
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"], PORT: String(port), PERSISTO_API_KEY: apiKey, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const exited = once(child, "exit") as Promise<[number | null]>;
  const baseUrl = `http://127.0.0.1:${port}`;
  while (!(await isReady(baseUrl))) {
    if (child.exitCode !== null) throw new Error(`The server ended while starting:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    baseUrl,
    apiKey,
    output: () => output,
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${baseUrl}/readyz`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
