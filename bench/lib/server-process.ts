import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

/** A Persisto server in a process of its own, as a user runs it. */
export interface ServerProcess {
  readonly baseUrl: string;
  readonly apiKey: string;
  stop(): Promise<void>;
}

const apiKey = "benchmark-key-of-one-run";
const main = fileURLToPath(new URL("../../packages/server/dist/main.js", import.meta.url));

/** Starts the built server; `environment` says where its data is. */
export async function startServerProcess(environment: Record<string, string>): Promise<ServerProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env["PATH"],
      PORT: String(port),
      PERSISTO_API_KEY: apiKey,
      PERSISTO_LOG_LEVEL: "error",
      ...environment,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  const baseUrl = `http://127.0.0.1:${port}`;
  await Promise.race([
    untilReady(baseUrl),
    exited.then(() => {
      throw new Error("The server ended while starting.");
    }),
  ]);
  return {
    baseUrl,
    apiKey,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function untilReady(baseUrl: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const response = await fetch(`${baseUrl}/readyz`).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The server was not ready within a minute.");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
