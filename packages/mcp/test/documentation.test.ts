import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServerProcess, type ServerProcess } from "../../../test/lib/server-process.js";
import { toolNames } from "../src/index.js";
import { callTool } from "./connect.js";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const guide = await readFile(new URL("../../../docs/mcp.md", import.meta.url), "utf8");

/** One server of a client's configuration, in whatever dialect. */
interface Configured {
  command?: string;
  args?: string[];
  env?: Record<string, string>;
  url?: string;
  serverUrl?: string;
  headers?: Record<string, string>;
}

const configured = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, block = ""], index) => {
  const file = JSON.parse(block) as Record<string, Record<string, Configured>>;
  const servers = file["mcpServers"] ?? file["servers"] ?? file["context_servers"] ?? {};
  return Object.entries(servers).map(([name, server]) => ({ name: `${name} of block ${index + 1}`, server }));
});

let folder: string;
let server: ServerProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "persisto-mcp-docs-"));
  server = await startServerProcess({ environment: {} });
}, 120_000);

afterAll(async () => {
  await server.end("SIGTERM");
  await rm(folder, { recursive: true, force: true });
});

/** As the client would reach it, but for what is installed here and who is asked. */
function transportTo({ command, args, env = {}, url, serverUrl, headers }: Configured): Transport {
  const address = url ?? serverUrl;
  if (address === undefined) {
    expect([command, ...(args ?? [])]).toEqual(["npx", "-y", "@persisto/mcp"]);
    const ours = { ...env, PERSISTO_DATA_DIR: join(folder, "store") };
    return new StdioClientTransport({ command: process.execPath, args: [main], env: ours, stderr: "ignore" });
  }
  expect(headers?.["Authorization"]).toMatch(/^Bearer (psto_live_\.\.\.|\$\{input:persisto-key\})$/);
  const requestInit = { headers: { Authorization: `Bearer ${server.apiKey}` } };
  return new StreamableHTTPClientTransport(new URL(address.replace("http://127.0.0.1:8000", server.baseUrl)), {
    requestInit,
  });
}

test("the guide configures every kind of client", () => {
  expect(configured).toHaveLength(6);
});

test.each(configured)("$name works as it is written", { timeout: 60_000 }, async ({ server: entry }) => {
  const client = new Client({ name: "docs", version: "1" });
  await client.connect(transportTo(entry));
  try {
    expect(await callTool(client, "save_memory", { content: "I prefer short answers." })).toMatchObject({
      failed: false,
      data: { namespace: "me" },
    });
    expect((await callTool(client, "search_memories", { query: "Which answers do I prefer?" })).text).toContain(
      "short",
    );
  } finally {
    await client.close();
  }
});

test("the guide's table has every tool, with its arguments", async () => {
  for (const name of toolNames) expect(guide).toContain(`| \`${name}\` |`);
});
