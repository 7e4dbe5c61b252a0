import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServerProcess } from "../../../test/lib/server-process.js";
import { callTool } from "./connect.js";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "persisto-mcp-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs something with a client of a process of its own, which gets nothing but this environment. */
async function withClient<Result>(
  env: Record<string, string>,
  act: (client: Client) => Promise<Result>,
): Promise<Result> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main],
    env,
    stderr: "ignore",
    cwd: folder,
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}

/** Starts the process, sends it lines, closes its input, and waits for its end. */
async function talk(env: Record<string, string>, lines: readonly object[] = []) {
  const child = spawn(process.execPath, [main], { env, cwd: folder, stdio: "pipe" });
  let [stdout, stderr] = ["", ""];
  let answers = 0;
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
    answers += data.toString().split("\n").length - 1;
    if (answers === lines.length) child.stdin.end();
  });
  child.stdin.on("error", () => {});
  for (const line of lines) child.stdin.write(`${JSON.stringify(line)}\n`);
  if (lines.length === 0) child.stdin.end();
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
};

test("an embedded store keeps what one run saved for the next", { timeout: 120_000 }, async () => {
  const env = { PERSISTO_DATA_DIR: join(folder, "store"), PERSISTO_NAMESPACE: "notes" };
  await withClient(env, async (client) => {
    expect(await callTool(client, "save_memory", { content: "The key is under the mat." })).toMatchObject({
      failed: false,
    });
  });
  const found = await withClient(env, (client) => callTool(client, "search_memories", { query: "Where is the key?" }));
  expect(found.text).toContain("under the mat");
});

test("nothing but the protocol is on stdout, and the process ends with its input", { timeout: 120_000 }, async () => {
  const { code, stdout, stderr } = await talk({ PERSISTO_DATA_DIR: join(folder, "quiet") }, [initialize]);
  expect(code).toBe(0);
  const lines = stdout.trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([1]);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    result: {
      protocolVersion: "2025-06-18",
      serverInfo: { name: "persisto" },
      capabilities: { tools: {}, resources: {} },
    },
  });
  expect(stderr).toMatch(/^Persisto serves MCP on stdio with the memories of .*quiet\.\n$/);
});

test("an input that ends at once ends the process", { timeout: 60_000 }, async () => {
  expect(await talk({ PERSISTO_DATA_DIR: join(folder, "quiet") })).toMatchObject({ code: 0, stdout: "" });
});

test("SIGTERM ends the process", { timeout: 60_000 }, async () => {
  const env = { PERSISTO_DATA_DIR: join(folder, "quiet") };
  const child = spawn(process.execPath, [main], { env, cwd: folder, stdio: "pipe" });
  await once(child.stderr, "data");
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([0, null]);
});

test("the memories of a server are reached with a key of it", { timeout: 120_000 }, async () => {
  const server = await startServerProcess({ environment: {} });
  try {
    const env = { PERSISTO_API_URL: server.baseUrl, PERSISTO_API_KEY: server.apiKey };
    await withClient(env, async (client) => {
      const content = "Remote memories work.";
      expect(await callTool(client, "save_memory", { content, namespace: "far" })).toMatchObject({ failed: false });
      expect((await callTool(client, "list_memories", { namespace: "far" })).text).toContain(content);
      expect((await client.listResources()).resources.map(({ name }) => name)).toEqual(["namespaces", "far"]);
    });
    const wrong = { ...env, PERSISTO_API_KEY: "wrong", PERSISTO_NAMESPACE: "far" };
    const refused = await withClient(wrong, (client) => callTool(client, "list_memories"));
    expect(refused).toMatchObject({ failed: true, text: expect.stringMatching(/^Nothing was done: .*tell the user/) });
    const readOnly = { ...env, PERSISTO_READ_ONLY: "1", PERSISTO_NAMESPACE: "far" };
    const { tools } = await withClient(readOnly, (client) => client.listTools());
    expect(tools.map(({ name }) => name)).toEqual(["search_memories", "list_memories"]);
  } finally {
    await server.end("SIGTERM");
  }
  // No server any more: the process is there all the same, and its tools say so.
  const env = { PERSISTO_API_URL: server.baseUrl, PERSISTO_API_KEY: server.apiKey, PERSISTO_NAMESPACE: "far" };
  const gone = await withClient(env, (client) => callTool(client, "list_memories"));
  expect(gone).toMatchObject({ failed: true, text: expect.stringMatching(/It may work/) });
});

test.each([
  [{ PERSISTO_API_URL: "http://127.0.0.1:1" }, /PERSISTO_API_KEY: is missing/],
  [{ PERSISTO_API_URL: "nowhere", PERSISTO_API_KEY: "k" }, /Persisto cannot serve MCP: baseUrl/],
  [{ PERSISTO_READ_ONLY: "maybe" }, /PERSISTO_READ_ONLY: must be 1 or 0/],
])("%j is refused with what to do, on stderr", async (env, said) => {
  const { code, stdout, stderr } = await talk(env);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(said);
});
