import { Writable } from "node:stream";
import { PersistoError, PersistoRateLimitError } from "@persisto/contract";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthenticator } from "../src/authenticator.js";
import { expectProblem } from "./expect-problem.js";
import { startTestServer, type TestServer } from "./test-server.js";

let server: TestServer;
let lines: string[] = [];
/** What the next request fails with, wherever an engine could fail. */
let failure: Error | undefined;
let isReady = true;

beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  let authenticate: ReturnType<typeof createAuthenticator> = () => Promise.reject(new Error("not started"));
  server = await startTestServer({
    logger: pino(sink),
    authenticate: (...call) => (failure === undefined ? authenticate(...call) : Promise.reject(failure)),
    ready: async () => {
      if (!isReady) throw new Error("connect ECONNREFUSED 10.0.0.5:5432");
    },
  });
  authenticate = createAuthenticator(server.persisto.access);
}, 120_000);

afterAll(async () => {
  await server.stop();
});

/** The log lines a request leads to. */
async function logOf(send: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  lines = [];
  await send();
  await expect.poll(() => lines.some((line) => line.includes('"msg":"request"'))).toBe(true);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function failWith(error: Error) {
  failure = error;
  try {
    return await server.send("GET", "/memory/namespaces");
  } finally {
    failure = undefined;
  }
}

describe("errors that are not the sender's", () => {
  test("an internal error of the engine keeps what Postgres said to the log", async () => {
    const said = 'new row for relation "memories" violates check constraint "secret_rule"';
    const log = await logOf(async () => {
      const answer = await failWith(new PersistoError("internal", said));
      expectProblem(answer, "internal");
      expect(answer.text).not.toMatch(/relation|secret_rule/);
    });
    expect(JSON.stringify(log)).toContain("secret_rule");
  });

  test("an unknown error is internal, and only the log has its details", async () => {
    const secret = "password=hunter2 in select * from memories";
    const log = await logOf(async () => {
      const answer = await failWith(Object.assign(new Error(secret), { body: "a body", rows: ["a row"] }));
      expectProblem(answer, "internal");
      expect(answer.text).not.toMatch(/hunter2|select/);
    });
    const entry = log.find(({ msg }) => msg === "request failed");
    expect(entry).toMatchObject({
      level: 50,
      requestId: expect.any(String),
      error: { name: "Error", message: secret },
    });
    expect(JSON.stringify(entry)).not.toMatch(/a body|a row/);
  });

  test("what is thrown need not be an error", async () => {
    expectProblem(await failWith("oops" as never), "internal");
    expectProblem(await failWith(null as never), "internal");
  });

  test("unavailable says when to come back", async () => {
    const answer = await failWith(new PersistoError("unavailable", "Reopening the database."));
    expect(expectProblem(answer, "unavailable").detail).toBe("Reopening the database.");
    expect(answer.headers["retry-after"]).toBe("1");
  });

  test("rate_limited says when to come back, in whole seconds", async () => {
    const answer = await failWith(new PersistoRateLimitError("Slow down.", { details: { retryAfterSeconds: 2.3 } }));
    expect(expectProblem(answer, "rate_limited").retry_after).toBe(2.3);
    expect(answer.headers["retry-after"]).toBe("3");
  });

  test("a failing embedder is a bad gateway, which says when to come back if it was told", async () => {
    const answer = await failWith(new PersistoError("embedder_failed", "The embedder answered 500."));
    expectProblem(answer, "embedder_failed");
    expect(answer.headers).not.toHaveProperty("retry-after");
    const busy = new PersistoError("embedder_failed", "Too many.", { details: { retryAfterSeconds: 20 } });
    expect((await failWith(busy)).headers["retry-after"]).toBe("20");
  });

  test("an error with a client's status from a library is not taken for the sender's details", async () => {
    const answer = await failWith(Object.assign(new Error("inner text"), { status: 418 }));
    expectProblem(answer, "invalid_input");
    expect(answer.text).not.toContain("inner text");
  });
});

describe("readiness", () => {
  test("a database that does not answer makes readyz 503, without telling strangers where it is", async () => {
    isReady = false;
    const answer = await server.send("GET", "/readyz", { key: null });
    isReady = true;
    expectProblem(answer, "unavailable");
    expect(answer.text).not.toContain("10.0.0.5");
    expect((await server.send("GET", "/healthz", { key: null })).status).toBe(200);
    expect((await server.send("GET", "/readyz", { key: null })).status).toBe(200);
  });
});

describe("the log", () => {
  test("has one line a request, of a few named fields", async () => {
    const log = await logOf(() => server.send("GET", "/v1/memory/some-private-id?namespace=private"));
    expect(log).toHaveLength(1);
    const { level, time, pid, hostname, ...fields } = log[0] ?? {};
    expect({ level, time, pid, hostname }).toMatchObject({ level: 30 });
    expect(fields).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: "GET",
      route: "/memory/:id",
      status: 404,
      code: "not_found",
      projectId: "default",
      actorKind: "key",
      actorId: expect.stringMatching(/^[A-Za-z0-9]{12}$/),
      bytesIn: expect.any(Number),
      bytesOut: expect.any(Number),
      ms: expect.any(Number),
      msg: "request",
    });
  });

  test("has a line for requests that fit no route too", async () => {
    const log = await logOf(() => server.send("GET", "/private/path"));
    expect(log).toMatchObject([{ route: "unknown", status: 404 }]);
  });

  test("never holds a key, a text, an id, a path or a header", async () => {
    const canary = "canary7f3a";
    const requests: Parameters<TestServer["send"]>[] = [
      ["POST", "/memory/save", { body: { namespace: canary, content: canary, id: canary, metadata: { canary } } }],
      ["POST", "/memory/query", { body: { namespace: canary, query: canary, filters: { canary } } }],
      ["POST", "/memory/save", { body: `{"content": "${canary}` }],
      ["POST", "/memory/save", { body: { [canary]: canary } }],
      ["POST", "/memory/save", { body: { namespace: 5, content: [canary] } }],
      ["GET", `/memory/${canary}?namespace=${canary}`],
      ["GET", `/memory/list?filters=${canary}`],
      ["GET", `/memory/%zz${canary}`],
      ["GET", `/${canary}`],
      ["GET", "/memory/list", { key: canary }],
      ["GET", "/memory/list", { headers: { "X-Canary": canary, "User-Agent": canary, Cookie: canary } }],
      ["DELETE", "/memory/delete", { body: { namespace: canary, content: canary } }],
    ];
    lines = [];
    for (const parameters of requests) await server.send(...parameters);
    await expect.poll(() => lines.length).toBe(requests.length);
    expect(lines.join("")).not.toContain(canary);
    expect(lines.join("")).not.toContain(server.key);
  });
});

test("every answer has an id of its own, may not be cached, and does not say what runs here", async () => {
  const answers = [
    await server.send("GET", "/healthz"),
    await server.send("GET", "/memory/namespaces"),
    await server.send("GET", "/nowhere"),
  ];
  expect(new Set(answers.map(({ headers }) => headers["x-request-id"])).size).toBe(3);
  for (const { headers } of answers) {
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers).not.toHaveProperty("x-powered-by");
    expect(headers).not.toHaveProperty("etag");
  }
});
