import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const startTimeoutMs = 120_000;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "persisto-spans-"));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** The built server in a process that no SDK has been loaded into. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    cwd: directory,
    env: { PATH: process.env["PATH"] ?? "", HOME: directory, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  return { child, closed: once(child, "close"), printed: () => printed };
}

test(
  "a server that is asked for spans that nobody would get says so, and does not start",
  async () => {
    const server = start({ PERSISTO_OPENTELEMETRY: "true" });
    expect(await server.closed).toEqual([1, null]);
    expect(server.printed()).toContain("no SDK that takes spans is registered; have Node load one before Persisto");
    expect(server.printed()).not.toMatch(/^\s+at /m);
  },
  startTimeoutMs,
);

test(
  "where every program of a machine is told to send spans, it warns and starts",
  async () => {
    const server = start({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
    await expect.poll(server.printed, { timeout: startTimeoutMs }).toContain("http://127.0.0.1:");
    await expect.poll(server.printed).toContain("No spans are opened.");
    server.child.kill("SIGTERM");
    expect(await server.closed).toEqual([0, null]);
  },
  startTimeoutMs,
);
