import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, test } from "vitest";
import { cliMain } from "./run-cli.js";

test("a client of MCP reaches the store of the command line, in one namespace", { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "persisto-cli-mcp-"));
  const client = new Client({ name: "test", version: "1.0.0" });
  try {
    const args = [cliMain, "mcp", "--namespace", "me", "--data-dir", join(folder, "store")];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: folder, stderr: "pipe" }));
    await client.callTool({ name: "save_memory", arguments: { content: "Ada is allergic to peanuts." } });
    const found = await client.callTool({ name: "search_memories", arguments: { query: "What must Ada not eat?" } });
    expect(JSON.stringify(found.content)).toContain("Ada is allergic to peanuts.");
  } finally {
    await client.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  }
});
