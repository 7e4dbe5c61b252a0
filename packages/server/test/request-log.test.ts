import { openAICompatible } from "@persisto/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  startFakeEmbeddingServer,
  type Fault,
  type FakeEmbeddingServer,
} from "../../core/src/embedders/testing/fake-embedding-server.js";
import { createMetrics } from "../src/metrics/metrics.js";
import { guardedRoutes } from "./guarded-routes.js";
import { collectLog } from "./log-lines.js";
import { startTestServer, type TestAnswer, type TestRequest, type TestServer } from "./test-server.js";

const log = collectLog();
const metrics = createMetrics({ version: "test" });
let model: FakeEmbeddingServer;
let server: TestServer;
let operatorKey: string;
let token: string;

beforeAll(async () => {
  model = await startFakeEmbeddingServer();
  const embedder = openAICompatible({ baseUrl: model.baseUrl, model: "fake", dimensions: 3, maxRetries: 0 });
  server = await startTestServer({ logger: log.logger, metrics }, { embedder });
  const { access } = server.persisto;
  await server.persisto.save({ namespace: "n", content: "There is something." });
  operatorKey = (await access.createOperatorKey({ name: "test" })).key;
  const { administration } = access.of(await access.authenticate(server.key));
  ({ token } = await administration.createToken({ namespaces: ["n"], scopes: ["memories:read"] }));
}, 120_000);

afterAll(async () => {
  await server.stop();
  await model.close();
});

beforeEach(() => {
  log.lines.length = 0;
});

async function lineOf(send: () => Promise<TestAnswer>): Promise<Record<string, unknown>> {
  log.lines.length = 0;
  await send();
  await expect.poll(() => log.requests().length).toBe(1);
  return log.requests()[0]!;
}

describe("a line says who asked", () => {
  test.each([
    ["key", () => server.key, "default"],
    ["token", () => token, "default"],
    ["operator", () => operatorKey, undefined],
  ])("a %s", async (actorKind, key, projectId) => {
    const line = await lineOf(() => server.send("GET", "/memory/list", { key: key() }));
    expect(line).toMatchObject({ actorKind, actorId: expect.stringMatching(/^\w+$/) });
    expect(line["projectId"]).toBe(projectId);
  });

  test("but nothing of somebody unknown", async () => {
    const line = await lineOf(() => server.send("GET", "/memory/list", { key: "unknown" }));
    expect(line).toMatchObject({ status: 401, code: "unauthorized" });
    expect(line).not.toHaveProperty("actorId");
    expect(line).not.toHaveProperty("projectId");
  });
});

test("bytes are counted for each request of a connection", async () => {
  const body = { namespace: "n", content: "x".repeat(50_000) };
  const large = await lineOf(() => server.send("POST", "/memory/save", { body }));
  expect(large["bytesIn"]).toBeGreaterThan(50_000);
  expect(large["bytesIn"]).toBeLessThan(51_000);
  const small = await lineOf(() => server.send("GET", "/healthz"));
  expect(small["bytesIn"]).toBeLessThan(1_000);
  expect(small["bytesOut"]).toBeGreaterThan('{"status":"ok"}'.length);
  expect(small["bytesOut"]).toBeLessThan(1_000);
});

describe("the id of a request", () => {
  test.each(["0b6a3a0e-8d0c-4a55-9a0e-2f4b5a1c7d3e", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "a.b_c-123", "x".repeat(128)])(
    "%s is taken over: into the answer, its problem and the log",
    async (id) => {
      let answer: TestAnswer | undefined;
      const line = await lineOf(
        async () => (answer = await server.send("GET", "/nowhere", { headers: { "X-Request-Id": id } })),
      );
      expect(line["requestId"]).toBe(id);
      expect(answer?.headers["x-request-id"]).toBe(id);
      expect(answer?.body).toMatchObject({ request_id: id });
    },
  );

  test.each(["short", "x".repeat(129), "with space 1", 'quote"quote', "a/b/c/d/e", "é".repeat(8), "a, b, c, d, e"])(
    "%s is replaced",
    async (id) => {
      const line = await lineOf(() => server.send("GET", "/healthz", { headers: { "X-Request-Id": id } }));
      expect(line["requestId"]).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test("a credential sent as the id is replaced", async () => {
    const mine = "a-key-of-my-own";
    for (const [key, id] of [
      [server.key, server.key],
      [mine, mine],
      [null, operatorKey],
    ] as const) {
      const line = await lineOf(() => server.send("GET", "/memory/list", { key, headers: { "X-Request-Id": id } }));
      expect(line["requestId"]).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe("the trace of a request", () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";

  test.each([`00-${trace}-00f067aa0ba902b7-01`, `01-${trace}-00f067aa0ba902b7-00-what-may-come`])(
    "is told: %s",
    async (traceparent) => {
      const line = await lineOf(() => server.send("GET", "/healthz", { headers: { traceparent } }));
      expect(line["traceId"]).toBe(trace);
    },
  );

  test.each([
    "nonsense",
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${trace}-00f067aa0ba902b7`,
  ])("is not, when malformed: %s", async (traceparent) => {
    const line = await lineOf(() => server.send("GET", "/healthz", { headers: { traceparent } }));
    expect(line).not.toHaveProperty("traceId");
  });
});

describe("nothing that was sent gets into the log or the metrics", () => {
  const canary = "canary7f3a";
  const allowed = [
    "level time pid hostname msg requestId traceId method route status code projectId actorKind actorId",
    "bytesIn bytesOut ms aborted error",
  ]
    .join(" ")
    .split(" ");

  /** Everything a sender can put a text into. */
  const bodies: TestRequest["body"][] = [
    { namespace: canary, content: canary, id: canary, query: canary, name: canary, metadata: { [canary]: canary } },
    { namespace: canary, content: canary },
    { memories: [{ namespace: canary, content: canary }] },
    { namespace: canary, query: canary },
    { id: canary, organisation: canary, project: canary, scopes: [canary] },
    { [canary]: canary },
    `{"content": "${canary}`,
    `"${canary}"`,
    undefined,
  ];
  const headers = { "X-Canary": canary, "User-Agent": canary, Cookie: canary, traceparent: canary, Referer: canary };

  async function expectClean(): Promise<void> {
    const told = log.lines.join("") + (await metrics.text());
    for (const secret of [canary, server.key, operatorKey, token, server.key.split("_")[3]!]) {
      expect(told).not.toContain(secret);
    }
    const names = new Set(log.lines.flatMap((line) => Object.keys(JSON.parse(line) as object)));
    expect([...names].filter((name) => !allowed.includes(name))).toEqual([]);
  }

  test("by any route, credential and body, well or badly formed", async () => {
    let sent = 0;
    for (const { method, path } of guardedRoutes) {
      const target = `${path.replaceAll(/:\w+/g, canary)}?namespace=${canary}&${canary}=${canary}`;
      for (const body of method === "GET" ? [undefined] : bodies) {
        for (const key of [server.key, operatorKey, token, canary, null]) {
          await server.send(method, target, { key, headers, ...(body !== undefined && { body }) });
          sent += 1;
        }
      }
    }
    for (const path of [`/${canary}`, `/memory/%zz${canary}`, `/docs?${canary}`, `/healthz?${canary}`]) {
      await server.send("GET", path, { headers });
      sent += 1;
    }
    await expect.poll(() => log.requests().length).toBe(sent);
    await expectClean();
  }, 120_000);

  const quoting = { error: { message: `Cannot embed ${canary} with key ${canary}` } };
  const faults: Record<string, Fault> = {
    refuses: { status: 400, body: quoting },
    "is out of order": { status: 500, body: quoting },
    "wants another key": { status: 401, body: quoting },
    "hangs up": "reset",
    "breaks off": "broken-json",
    "answers nonsense": () => [canary],
  };

  test.each(Object.keys(faults))("when the model's server %s", async (name) => {
    for (const [path, body] of [
      ["/memory/save", { namespace: "n", content: `${canary} ${name}` }],
      ["/memory/query", { namespace: "n", query: `${canary} ${name}` }],
    ] as const) {
      model.plan.push(faults[name]!);
      const answer = await server.send("POST", path, { body });
      expect(answer.body).toMatchObject({ code: "embedder_failed" });
    }
    model.plan.length = 0;
    await expect.poll(() => log.requests().length).toBe(2);
    expect(log.lines.length).toBeGreaterThan(2);
    await expectClean();
  });

  test("when the database has gone", async () => {
    const other = await startTestServer({ logger: log.logger });
    await other.persisto.close();
    const answer = await other.send("POST", "/memory/save", { body: { namespace: canary, content: canary } });
    expect(answer.status).toBe(503);
    await expect.poll(() => log.requests().length).toBe(1);
    await expectClean();
    await other.stop();
  });
});
