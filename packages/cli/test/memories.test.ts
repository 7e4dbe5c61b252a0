import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServerProcess, type ServerProcess } from "../../../test/lib/server-process.js";
import { runCli, type CliResult } from "./run-cli.js";

// Each command on an embedded store is a process that opens a PGlite: some seconds on a busy machine.
const timeout = 300_000;

describe.each(["embedded", "server"] as const)("over the %s store", (kind) => {
  let cwd: string;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "persisto-cli-"));
    if (kind === "server") server = await startServerProcess({ environment: {} });
  }, timeout);

  afterAll(async () => {
    await server?.end("SIGTERM");
    await rm(cwd, { recursive: true, force: true });
  }, timeout);

  function run(args: string[], stdin?: string): Promise<CliResult> {
    const env: Record<string, string> = server
      ? { PERSISTO_API_URL: server.baseUrl, PERSISTO_API_KEY: server.apiKey }
      : {};
    return runCli(args, { cwd, env, ...(stdin !== undefined && { stdin }) });
  }

  async function done(args: string[], stdin?: string): Promise<string> {
    const { code, stdout, stderr } = await run(args, stdin);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  }

  test("what is saved is found, listed, read and deleted", { timeout }, async () => {
    const metadata = JSON.stringify({ source: "profile" });
    const id = (await done(["save", "The user prefers concise summaries.", "-m", metadata])).trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await done(["save", "--id", "milk", "--ttl", "1d", "--json"], "Buy milk\nand\teggs\n")).toMatch(
      /^\{"id":"milk","chunks":1,"expires_at":"2/,
    );

    const found = await done(["query", "How does the user like their output?", "--filter", metadata]);
    expect(found).toMatch(new RegExp(`^[01]\\.\\d{3}\t${id}\tThe user prefers concise summaries\\.\n$`));
    const explained = await done(["query", "milk", "--mode", "fuzzy", "-k", "1", "--explain", "--json"]);
    expect(JSON.parse(explained)).toMatchObject({ results: [{ id: "milk", explanation: {} }], explanation: {} });

    expect(await done(["get", "milk"])).toBe("Buy milk\nand\teggs\n");
    expect((await done(["list"])).split("\n")[0]).toMatch(/\tdefault\tmilk\tBuy milk\\nand\\teggs$/);
    expect(await done(["namespaces"])).toBe("2\tdefault\n");
    expect(JSON.parse(await done(["queries", "--json"]))).toMatchObject({ queries: [{ query_text: "milk" }, {}] });

    expect(await done(["delete", "milk", "nothing"])).toBe("1\n");
    const gone = await run(["get", "milk"]);
    expect(gone).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("There is no memory milk") });
    expect(await done(["namespaces", "delete", "default", "--yes"])).toBe("1\n");
  });

  test("doctor finds all well", { timeout }, async () => {
    const findings = JSON.parse(await done(["doctor", "--json"])) as { state: string }[];
    expect(findings.length).toBeGreaterThanOrEqual(3);
    expect(findings.filter(({ state }) => state === "failed")).toEqual([]);
  });
});

test("keys and projects: made in a store of one's own, and over HTTP by an operator", { timeout }, async () => {
  const operatorKey = "operator-key-of-one-run";
  const server = await startServerProcess({ environment: { PERSISTO_OPERATOR_KEY: operatorKey } });
  const cwd = await mkdtemp(join(tmpdir(), "persisto-cli-"));
  try {
    for (const place of [
      ["--url", server.baseUrl, "--api-key", operatorKey],
      ["--data-dir", "store"],
    ]) {
      const run = async (...args: string[]): Promise<string> => {
        const { code, stdout, stderr } = await runCli([...args, ...place], { cwd });
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        return stdout;
      };
      await run("projects", "create", "shop", "--organisation", "acme", "--environment", "test");
      expect(await run("projects", "list", "--organisation", "acme")).toMatch(/^shop\tacme\ttest\t/);
      const of = ["--project", "shop"];
      expect(await runCli(["keys", "list", "--project", "nowhere", ...place], { cwd })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("persisto projects create"),
      });
      expect(await run("keys", "create", "--name", "laptop", "--scopes", "memories:read", ...of)).toMatch(
        /^psto_test_\S+\n$/,
      );
      const [key] = JSON.parse(await run("keys", "list", "--json", ...of)) as { id: string; scopes: string[] }[];
      expect(key?.scopes).toEqual(["memories:read"]);
      expect(await run("keys", "rotate", key!.id, "--grace", "60", ...of)).toMatch(/^psto_test_\S+\n$/);
      expect(await run("keys", "revoke", key!.id, ...of)).toBe(`Revoked ${key!.id}.\n`);
      await run("projects", "delete", "shop", "--yes");
      expect(await run("projects", "list", "--organisation", "acme")).toBe("");
    }
  } finally {
    await server.end("SIGTERM");
    await rm(cwd, { recursive: true, force: true });
  }
});
