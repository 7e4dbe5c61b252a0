import type { Administration, Memory, Principal } from "@persisto/contract";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp, type AppOptions } from "../src/create-app.js";
import { startServer, type RunningServer } from "../src/start-server.js";
import { saveHead, sendRaw } from "./raw-request.js";

const documentedLimit = 256;

let server: RunningServer;
/** Lets every call that is held end. */
let release: () => void;
let calls: string[];
/** What is logged. */
const lines: string[] = [];

beforeEach(() => start());

afterEach(stop);

/** Without a limit of its own the server has the documented one. */
async function start(
  limit: Pick<
    AppOptions,
    "maxConcurrentRequests" | "maxConcurrentRequestsInAll" | "databaseWaitedMs" | "maxLoopLateMs"
  > = {},
): Promise<void> {
  calls = [];
  const held = new Promise<void>((resolve) => (release = resolve));
  const memories = new Map(["busy", "idle"].map((name) => [name, memoryThatWaits(name, held)]));
  const app = createApp({
    authenticate: async (key) => ({
      principal: { actor: { kind: "key", id: key }, projectId: key } as Principal,
      owner: key,
      memory: memories.get(key) ?? expect.fail(`unknown key ${key}`),
      administration: {} as Administration,
    }),
    ready: async () => {},
    // These tests are about counts, on whatever machine.
    maxLoopLateMs: Infinity,
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
    ...limit,
  });
  server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 1_000 });
}

async function stop(): Promise<void> {
  release();
  await server.stop();
}

/** Only listNamespaces and deleteNamespace are called here; the busy one's end when `held` does. */
function memoryThatWaits(name: string, held: Promise<void>): Memory {
  const memory: Pick<Memory, "listNamespaces" | "deleteNamespace"> = {
    async listNamespaces() {
      calls.push(name);
      if (name === "busy") await held;
      return [];
    },
    async deleteNamespace() {
      calls.push(name);
      await held;
      throw new Error("It fails.");
    },
  };
  return memory as Memory;
}

function send(key: string, method = "GET"): Promise<Response> {
  return fetch(`${server.url}/v1/memory/namespaces`, { method, headers: { Authorization: `Bearer ${key}` } });
}

test("one request more than a project may have under way is told to come back, before its body is read", async () => {
  // Some of them fail in the end, which must free their places too.
  const underWay = Array.from({ length: documentedLimit }, (_, index) => send("busy", index < 9 ? "DELETE" : "GET"));
  await expect.poll(() => calls.length).toBe(documentedLimit);

  const refused = await send("busy");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await refused.json()).toMatchObject({ code: "rate_limited", retry_after: 1 });
  const head = saveHead("busy", { "Content-Length": "1000" });
  expect(await sendRaw(server.url, head)).toContain("429 Too Many Requests");
  expect(calls).toHaveLength(documentedLimit);

  expect((await send("idle")).status).toBe(200);

  release();
  const statuses = (await Promise.all(underWay)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(documentedLimit - 9);
  const next = await Promise.all(Array.from({ length: documentedLimit }, () => send("busy")));
  expect(new Set(next.map(({ status }) => status))).toEqual(new Set([200]));
});

test("a sender that goes away frees its place", async () => {
  const aborted = new AbortController();
  const bodies = Array.from({ length: documentedLimit }, () =>
    fetch(`${server.url}/v1/memory/save`, {
      method: "POST",
      headers: { Authorization: "Bearer idle", "Content-Type": "application/json" },
      // A body that never ends.
      body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) }),
      duplex: "half",
      signal: aborted.signal,
    }),
  );
  const settled = Promise.allSettled(bodies);
  await expect.poll(async () => (await send("idle")).status, { timeout: 20_000 }).toBe(429);
  aborted.abort();
  await settled;
  await expect.poll(async () => (await send("idle")).status, { timeout: 20_000 }).toBe(200);
});

test("a refusal for want of room is a problem like all others, and has its line in the log; health is not refused", async () => {
  await stop();
  await start({ maxConcurrentRequests: 1 });
  const first = send("busy");
  await expect.poll(() => calls.length).toBe(1);
  lines.length = 0;
  const refused = await fetch(`${server.url}/v1/memory/save`, {
    method: "POST",
    headers: { Authorization: "Bearer busy", "X-Request-Id": "id-of-mine", "Content-Type": "application/json" },
    body: JSON.stringify({ namespace: "x", content: "a canary" }),
  });
  expect(refused.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(refused.headers.get("x-request-id")).toBe("id-of-mine");
  expect(await refused.json()).toEqual({
    type: "urn:persisto:error:rate_limited",
    title: "Too many requests",
    status: 429,
    code: "rate_limited",
    detail: "More than 1 requests at a time; wait for some of them.",
    request_id: "id-of-mine",
    retry_after: 1,
  });
  await expect.poll(() => lines.length).toBe(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    requestId: "id-of-mine",
    status: 429,
    code: "rate_limited",
    projectId: "busy",
    actorId: "busy",
  });
  for (const path of ["/healthz", "/v1/livez", "/readyz", "/openapi.json"]) {
    expect((await fetch(`${server.url}${path}`, { headers: { Authorization: "Bearer busy" } })).status).toBe(200);
  }
  release();
  expect((await first).status).toBe(200);
  expect((await send("busy")).status).toBe(200);
});

test("the limit can be another", async () => {
  await stop();
  await start({ maxConcurrentRequests: 1 });
  const first = send("busy");
  await expect.poll(() => calls.length).toBe(1);
  const refused = await send("busy");
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining("More than 1 requests at a time") });
  release();
  expect((await first).status).toBe(200);
});

test("a server whose database keeps callers waiting lets few in, and all again when it does not", async () => {
  await stop();
  let waitedMs = 0;
  await start({ databaseWaitedMs: () => waitedMs });
  const underWay = Array.from({ length: 32 }, () => send("busy"));
  await expect.poll(() => calls.length).toBe(32);
  expect((await send("idle")).status).toBe(200);
  waitedMs = 501;
  const refused = await send("idle");
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await refused.json()).toMatchObject({ code: "unavailable" });
  release();
  await Promise.all(underWay);
  // With few under way one that waits is no reason.
  expect((await send("idle")).status).toBe(200);
});

test("a server whose event loop cannot keep up lets few in", async () => {
  await stop();
  await start({ maxLoopLateMs: -1 });
  const underWay = Array.from({ length: 32 }, () => send("busy"));
  await expect.poll(() => calls.length).toBe(32);
  expect((await send("idle")).status).toBe(503);
  release();
  await Promise.all(underWay);
  expect((await send("idle")).status).toBe(200);
});

test("a server that has enough to do says so at once to all projects, and stays alive", async () => {
  await stop();
  await start({ maxConcurrentRequestsInAll: 2 });
  const underWay = [send("busy"), send("idle", "DELETE")];
  await expect.poll(() => calls.length).toBe(2);
  for (const key of ["busy", "idle", "nobody"]) {
    const refused = await send(key);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ code: "unavailable", detail: expect.stringContaining("overloaded") });
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  release();
  await Promise.all(underWay);
  expect((await send("idle")).status).toBe(200);
});
