import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Administration, KeyScope, Memory } from "@persisto/contract";
import { createMetrics } from "../src/metrics/metrics.js";
import { expectProblem } from "./expect-problem.js";
import { collectLog } from "./log-lines.js";
import { serve, startTestServer, type TestServer } from "./test-server.js";

const metrics = createMetrics({ version: "test" });
const log = collectLog();
let server: TestServer;
let memory: Memory;
let administration: Administration;

beforeAll(async () => {
  server = await startTestServer({ metrics, logger: log.logger });
  const { access } = server.persisto;
  ({ memory, administration } = access.of(await access.authenticate(server.key)));
  await memory.save({ namespace: "ann", id: "tea", content: "Ann likes tea." });
  await memory.save({ namespace: "bob", id: "coffee", content: "Bob likes coffee." });
}, 120_000);

afterAll(() => server.stop());

beforeEach(() => {
  log.lines.length = 0;
});

interface Connection {
  key?: string;
  /** After the path. */
  query?: string;
  url?: string;
  /** 2025 is what most clients still speak. */
  revision?: 2025 | 2026;
}

/** Runs something with the official client. */
async function withClient<Result>(
  { key = server.key, query = "", url = server.url, revision = 2025 }: Connection,
  act: (client: Client) => Promise<Result>,
): Promise<Result> {
  const headers = { Authorization: `Bearer ${key}` };
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp${query}`), { requestInit: { headers } });
  const mode = revision === 2025 ? "legacy" : { pin: "2026-07-28" };
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(transport);
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}

async function call(client: Client, name: string, input: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: input });
  const [content] = result.content;
  return { text: content?.type === "text" ? content.text : "", failed: result.isError === true };
}

const toolsOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

/** A key of the project, with fewer rights. */
async function keyFor(rights: { scopes?: KeyScope[]; namespaces?: string[] }) {
  return administration.createKey({ project: "default", name: "test", ...rights });
}

describe.each([2025, 2026] as const)("a client of the revision of %i", (revision) => {
  test("saves, searches, lists, updates and deletes, and reads namespaces", async () => {
    const namespace = `year-${revision}`;
    await withClient({ revision }, async (client) => {
      expect(client.getServerVersion()).toMatchObject({ name: "persisto" });
      const id = /memory (\S+)\./.exec(
        (await call(client, "save_memory", { namespace, content: "It rains." })).text,
      )![1]!;
      expect((await call(client, "search_memories", { namespace, query: "Does it rain?" })).text).toContain(
        "It rains.",
      );
      expect(await call(client, "update_memory", { namespace, id, content: "It snows." })).toMatchObject({
        failed: false,
      });
      expect((await call(client, "list_memories", { namespace })).text).toContain("It snows.");
      const { contents } = await client.readResource({ uri: `persisto://namespaces/${namespace}` });
      expect(JSON.stringify(contents)).toContain("It snows.");
      expect(await call(client, "delete_memory", { namespace, id })).toMatchObject({ failed: false });
      expect(await memory.get({ namespace, id })).toBeNull();
    });
  });

  test("gets failures of tools as answers", async () => {
    const absent = { namespace: "ann", id: "absent" };
    const answer = await withClient({ revision }, (client) => call(client, "delete_memory", absent));
    expect(answer).toMatchObject({ failed: true, text: expect.stringContaining("no memory") });
  });
});

describe("who may do what", () => {
  test("a wrong, a revoked and an operator's key open nothing", async () => {
    const revoked = await keyFor({});
    await administration.revokeKey({ project: "default", id: revoked.id });
    const operator = await server.persisto.access.createOperatorKey({ name: "test" });
    for (const key of ["secret", revoked.key, operator.key]) {
      await expect(withClient({ key }, toolsOf), key.slice(0, 8)).rejects.toThrow(
        /40[13]|[Uu]nauthorized|[Ff]orbidden/,
      );
    }
  });

  test("a key that was revoked while it was in use opens nothing any more", async () => {
    const { key, id } = await keyFor({});
    await withClient({ key }, async (client) => {
      expect(await toolsOf(client)).toHaveLength(5);
      await administration.revokeKey({ project: "default", id });
      await expect(toolsOf(client)).rejects.toThrow();
    });
  });

  test("a key that only reads is shown the tools that read", async () => {
    const { key } = await keyFor({ scopes: ["memories:read"] });
    await withClient({ key }, async (client) => {
      expect(await toolsOf(client)).toEqual(["search_memories", "list_memories"]);
      await expect(call(client, "save_memory", { namespace: "ann", content: "x" })).rejects.toThrow(/save_memory/);
    });
  });

  test.each([
    [["memories:write"], ["save_memory"]],
    [["memories:delete"], ["delete_memory"]],
    [
      ["memories:read", "memories:write"],
      ["save_memory", "search_memories", "list_memories", "update_memory"],
    ],
    [["usage:read"], []],
  ] as [KeyScope[], string[]][])("the scopes %j show the tools %j", async (scopes, tools) => {
    const { key } = await keyFor({ scopes });
    expect(await withClient({ key }, toolsOf)).toEqual(tools);
  });

  test("a token for one namespace is in it, and its tools take none", async () => {
    const { key } = await keyFor({});
    const maker = server.persisto.access.of(await server.persisto.access.authenticate(key)).administration;
    const { token } = await maker.createToken({ namespaces: ["ann"], scopes: ["memories:read"] });
    await withClient({ key: token }, async (client) => {
      const { text } = await call(client, "list_memories");
      expect(text).toContain("tea");
      expect(text).not.toContain("coffee");
      expect(await call(client, "list_memories", { namespace: "bob" })).toMatchObject({ failed: true });
      expect((await client.listResources()).resources.map(({ name }) => name)).toEqual(["ann"]);
      await expect(client.readResource({ uri: "persisto://namespaces/bob" })).rejects.toThrow(/not found/i);
    });
    // Nor by the address.
    const elsewhere = await withClient({ key: token, query: "?namespace=bob" }, (client) =>
      call(client, "list_memories"),
    );
    expect(elsewhere).toMatchObject({ failed: true, text: expect.not.stringContaining("coffee") });
  });

  test("a key for some namespaces names one, and reaches no other", async () => {
    const { key } = await keyFor({ namespaces: ["an*"] });
    await withClient({ key }, async (client) => {
      expect((await call(client, "list_memories", { namespace: "ann" })).text).toContain("tea");
      const refused = await call(client, "list_memories", { namespace: "bob" });
      expect(refused).toMatchObject({ failed: true, text: expect.stringContaining("tell the user") });
      expect((await client.listResources()).resources.map(({ name }) => name)).toEqual(["namespaces", "ann"]);
      await expect(client.readResource({ uri: "persisto://namespaces/bob" })).rejects.toThrow(/Nothing was done/);
    });
  });

  test("filters of a token hold", async () => {
    await memory.save({ namespace: "team", content: "Public: lunch at one.", metadata: { public: true } });
    await memory.save({ namespace: "team", content: "Private: the safe is blue.", metadata: { public: false } });
    const { key } = await keyFor({});
    const maker = server.persisto.access.of(await server.persisto.access.authenticate(key)).administration;
    const { token } = await maker.createToken({ namespaces: ["team"], filters: { public: true } });
    const { text } = await withClient({ key: token }, (client) => call(client, "list_memories"));
    expect(text).toContain("lunch");
    expect(text).not.toContain("safe");
  });

  test("the namespace of the address is the only one", async () => {
    await withClient({ query: "?namespace=bob" }, async (client) => {
      expect((await call(client, "list_memories")).text).toContain("coffee");
      expect(await call(client, "list_memories", { namespace: "ann" })).toMatchObject({ failed: true });
    });
    const wrong = await server.send("POST", "/mcp?namespace=", { body: listTools });
    expectProblem(wrong, "unprocessable");
    expectProblem(await server.send("POST", "/mcp?name=bob", { body: listTools }), "unprocessable");
  });
});

const listTools = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const accept = { Accept: "application/json, text/event-stream" };

describe("at the door", () => {
  test.each([
    ["http://evil.example", undefined, 403],
    ["http://evil.example:8000", "evil.example:8000", 403],
    ["http://localhost.evil.example", undefined, 403],
    ["http://localhost:6274", "evil.example", 403],
    ["null", undefined, 403],
    ["file://localhost", undefined, 403],
    ["http://localhost:6274", undefined, 200],
    ["http://127.0.0.1:6274", "localhost:8000", 200],
    ["http://[::1]", "[::1]:8000", 200],
  ])("a page of %s that asks %s gets %i", async (origin, host, status) => {
    const headers = { ...accept, Origin: origin, ...(host !== undefined && { Host: host }) };
    const answer = await server.send("POST", "/mcp", { body: listTools, headers });
    expect(answer.status).toBe(status);
    if (status === 403) expectProblem(answer, "forbidden");
  });

  test("sessions are answered with 405, and what is no message with an error of the protocol", async () => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await server.send(method, "/mcp", { headers: accept });
      expect(answer).toMatchObject({ status: 405, headers: { allow: "POST" }, body: { jsonrpc: "2.0" } });
    }
    const answer = await server.send("POST", "/mcp", { body: { hello: "world" }, headers: accept });
    expect(answer.status).toBe(400);
    expectProblem(await server.send("POST", "/mcp", { body: "{", headers: accept }), "invalid_input");
    expectProblem(await server.send("POST", "/mcp", { body: "x".repeat(3_000_000), headers: accept }), "too_large");
  });

  test("nobody can hold a place with a subscription that never ends", async () => {
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const params = { notifications: { toolsListChanged: true }, _meta: meta };
    const body = { jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params };
    const headers = { ...accept, "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen" };
    const answer = await server.send("POST", "/mcp", { body, headers });
    expect(answer.text).toMatch(/limit reached|not found/i);
  });

  test("limits of rate hold, and say when to come back", async () => {
    const limited = await serve(server.persisto, {
      rates: { requestsPerMinute: { key: 1, project: null, ip: null }, refusalsPerMinute: null, burstSeconds: 60 },
    });
    try {
      const statuses = [];
      for (let sent = 0; sent < 4; sent += 1) {
        statuses.push((await limited.send("POST", "/mcp", { body: listTools, headers: accept })).status);
      }
      expect(statuses[0]).toBe(200);
      expect(statuses).toContain(429);
    } finally {
      await limited.stop();
    }
  });
});

test("the log has a line a request, without what was said, and metrics count the work", async () => {
  const before = await metrics.text();
  await withClient({ query: "?namespace=log" }, (client) =>
    call(client, "save_memory", { content: "The code is 4711." }),
  );
  await expect.poll(() => log.lines.length).toBeGreaterThan(2);
  const text = log.lines.join("\n");
  expect(text).toContain('"route":"/mcp"');
  expect(text).not.toContain("4711");
  const savedOf = (all: string) => Number(/^persisto_memories_saved_total (\d+)/m.exec(all)?.[1] ?? 0);
  expect(savedOf(await metrics.text()) - savedOf(before)).toBe(1);
  expect(await metrics.text()).toContain('route="/mcp",method="POST"');
});
