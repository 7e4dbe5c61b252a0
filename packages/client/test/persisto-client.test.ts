import type { ErrorCode } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  isPersistoError,
  PersistoAuthError,
  PersistoClient,
  PersistoError,
  PersistoNotFoundError,
  PersistoRateLimitError,
  PersistoValidationError,
} from "../src/index.js";
import { hangUp, json, page, problem, silence, startStubServer, type StubServer } from "./stub-server.js";

let stub: StubServer;
let memory: PersistoClient;
let impatient: PersistoClient;

const apiKey = "psto_live_very-secret";
const record = {
  id: "1",
  namespace: "n",
  content: "c",
  metadata: { aB: 1 },
  created_at: "t",
  updated_at: "t",
  expires_at: null,
};
const saved = json({ status: "saved", id: "1", chunks: 1, expires_at: null });
const noResults = json({ results: [], dropped: 0 });

beforeAll(async () => {
  stub = await startStubServer();
  memory = new PersistoClient({ apiKey, baseUrl: stub.url });
  impatient = new PersistoClient({ apiKey, baseUrl: stub.url, maxRetries: 0, timeoutMs: 100 });
});

afterAll(async () => {
  await stub.stop();
});

async function failureOf(call: Promise<unknown>): Promise<PersistoError> {
  const error = await call.then(
    (value) => expect.fail(`expected an error, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!isPersistoError(error)) throw error;
  expect(error.message).not.toContain(apiKey);
  return error;
}

describe("requests", () => {
  test("carry the key and snake_case JSON, metadata untouched", async () => {
    stub.answerWith(saved);
    const input = { namespace: "n", content: "c", metadata: { camelCase: { inner_key: 1 } }, ttlSeconds: 5 };
    expect(await memory.save(input)).toEqual({ id: "1", chunks: 1, expiresAt: null });
    const [{ method, path, headers, body } = expect.fail("no request")] = stub.seen;
    expect({ method, path }).toEqual({ method: "POST", path: "/v1/memory/save" });
    expect(headers).toMatchObject({ authorization: `Bearer ${apiKey}`, "content-type": "application/json" });
    // No id: the server makes one.
    expect(JSON.parse(body)).toEqual({
      namespace: "n",
      content: "c",
      metadata: { camelCase: { inner_key: 1 } },
      ttl_seconds: 5,
    });
  });

  test.each([
    [
      "query",
      () => memory.query({ namespace: "n", query: "q", mode: { halfLife: 1 } as never }),
      "POST /v1/memory/query",
      { namespace: "n", query: "q", profile: { half_life: 1 } },
      noResults,
    ],
    [
      "query by name",
      () => memory.query({ namespace: "n", query: "q", mode: "fuzzy" }),
      "POST /v1/memory/query",
      { namespace: "n", query: "q", mode: "fuzzy" },
      noResults,
    ],
    ["saveMany", () => memory.saveMany([]), "POST /v1/memory/save-many", { memories: [] }, noResults],
    [
      "delete",
      () => memory.delete({ namespace: "n", filters: { aB: 1 } }),
      "DELETE /v1/memory/delete",
      { namespace: "n", metadata: { aB: 1 } },
      json({ count: 1 }),
    ],
    [
      "get",
      () => memory.get({ id: "a/b c", namespace: "n m&" }),
      "GET /v1/memory/a%2Fb%20c?namespace=n+m%26",
      undefined,
      json(record),
    ],
    ["get of an id like a route", () => memory.get({ id: "list" }), "GET /v1/memory/%6Cist", undefined, json(record)],
    [
      "update",
      () => memory.update({ id: "1", namespace: "n", ttlSeconds: null }),
      "PATCH /v1/memory/1?namespace=n",
      { ttl_seconds: null },
      json(record),
    ],
    [
      "list",
      () => memory.list({ limit: 2, withTotal: false, filters: { a: "b" } }),
      "GET /v1/memory/list?limit=2&with_total=false&filters=%7B%22a%22%3A%22b%22%7D",
      undefined,
      json({ memories: [], next_cursor: null }),
    ],
    ["list of all", () => memory.list(), "GET /v1/memory/list", undefined, json({ memories: [], next_cursor: null })],
    [
      "listNamespaces",
      () => memory.listNamespaces(),
      "GET /v1/memory/namespaces?counts=true",
      undefined,
      json({ namespaces: [], counts: {} }),
    ],
    [
      "deleteNamespace",
      () => memory.deleteNamespace({ namespace: "n" }),
      "DELETE /v1/memory/namespaces?namespace=n",
      undefined,
      json({ count: 1 }),
    ],
    [
      "listQueries",
      () => memory.listQueries({ startDate: "2026-01-01", cursor: "c" }),
      "GET /v1/queries/list?start_date=2026-01-01&cursor=c",
      undefined,
      json({ queries: [], next_cursor: null }),
    ],
  ] as const)("%s", async (_name, call, line, body, answer) => {
    stub.answerWith(answer);
    await call();
    const [seen = expect.fail("no request")] = stub.seen;
    expect(`${seen.method} ${seen.path}`).toBe(line);
    expect(seen.body === "" ? undefined : JSON.parse(seen.body)).toEqual(body);
  });

  test("go through the fetch one brings", async () => {
    const urls: unknown[] = [];
    const client = new PersistoClient({
      apiKey,
      fetch: async (url) => {
        urls.push(url);
        return Response.json({ namespaces: ["n"], counts: { n: 2 } });
      },
    });
    expect(await client.listNamespaces()).toEqual([{ namespace: "n", count: 2 }]);
    expect(urls).toEqual(["http://127.0.0.1:8000/v1/memory/namespaces?counts=true"]);
  });
});

describe("problem documents become the error they were made of", () => {
  test.each<[ErrorCode, typeof PersistoError, object]>([
    ["invalid_input", PersistoValidationError as never, {}],
    ["unauthorized", PersistoAuthError as never, {}],
    ["forbidden", PersistoAuthError as never, {}],
    ["not_found", PersistoNotFoundError as never, { resource: "namespace" }],
    ["conflict", PersistoError, {}],
    ["too_large", PersistoValidationError as never, {}],
    ["unprocessable", PersistoValidationError as never, {}],
    ["rate_limited", PersistoRateLimitError as never, {}],
    ["internal", PersistoError, {}],
    ["embedder_failed", PersistoError, {}],
    ["reranker_failed", PersistoError, {}],
    ["unavailable", PersistoError, {}],
  ])("%s", async (code, errorClass, more) => {
    stub.answerWith(problem(code, more));
    const error = await failureOf(memory.query({ namespace: "n", query: "q" }, { maxRetries: 0 }));
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ code, message: `It is ${code}.`, requestId: "r-1" });
    expect(stub.seen).toHaveLength(1);
  });

  test("its fields have their names in TypeScript", async () => {
    const errors = [
      { field: "memories[0].ttl_seconds", message: "must be at least 1" },
      { field: "memories[0].metadata.snake_key", message: "is odd" },
    ];
    stub.answerWith(problem("unprocessable", { errors }));
    const error = await failureOf(memory.saveMany([]));
    expect(error.details.issues?.map(({ field }) => field)).toEqual([
      "memories[0].ttlSeconds",
      "memories[0].metadata.snake_key",
    ]);
  });
});

describe("what is absent", () => {
  test("is null for get and a count of 0 for the deletes", async () => {
    stub.answerWith(problem("not_found", { resource: "memory" }));
    expect(await memory.get({ id: "1" })).toBeNull();
    expect(await memory.delete({ namespace: "n", ids: ["1"] })).toEqual({ count: 0 });
    stub.answerWith(problem("not_found", { resource: "namespace" }));
    expect(await memory.deleteNamespace({ namespace: "n" })).toEqual({ count: 0 });
  });

  test.each([
    ["a route", problem("not_found", { resource: "route" })],
    ["a proxy's page", page(404)],
    ["someone else's JSON", json({ error: "not found" }, 404)],
  ])("is no memory when it is %s", async (_name, answer) => {
    stub.answerWith(answer);
    expect(await failureOf(memory.get({ id: "1" }))).toMatchObject({ code: "not_found" });
    expect(await failureOf(memory.deleteNamespace({ namespace: "n" }))).toMatchObject({ code: "not_found" });
  });
});

describe("answers that are not Persisto's", () => {
  test.each([
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not_found"],
    [413, "too_large"],
    [418, "internal"],
    [500, "internal"],
    [502, "unavailable"],
    [504, "unavailable"],
    [301, "internal"],
  ])("a page with status %i is %s, naming status and URL", async (status, code) => {
    stub.answerWith(page(status, { Location: "/elsewhere" }));
    const error = await failureOf(memory.list());
    expect(error.code).toBe(code);
    expect(error.message).toContain(`${stub.url}/v1/memory/list answered ${status}`);
  });

  test.each([
    ["a page", page(200)],
    ["other JSON", json({ hello: "world" })],
    ["a list", json([])],
  ])("%s with status 200 is internal, and asks about the baseUrl", async (_name, answer) => {
    stub.answerWith(answer);
    const error = await failureOf(memory.list());
    expect(error.code).toBe("internal");
    expect(error.message).toContain("Is baseUrl the address of a Persisto server?");
  });
});

describe("trying again", () => {
  test("happens on rate_limited, which says that nothing was done, for writes too", async () => {
    stub.answerWith(problem("rate_limited"), saved);
    expect(await memory.save({ namespace: "n", content: "c" })).toMatchObject({ id: "1" });
    expect(stub.seen).toHaveLength(2);
    expect(stub.seen[0]?.body).toBe(stub.seen[1]?.body);
  });

  test.each([
    ["unavailable", problem("unavailable")],
    ["idempotency_in_progress", problem("idempotency_in_progress")],
    ["a lost connection", hangUp],
    ["a proxy that lost the server", page(502)],
  ])("happens on %s for writes, which the server knows by their key when they come again", async (_name, failure) => {
    for (const write of [
      () => memory.save({ namespace: "n", content: "c" }),
      () => memory.saveMany([{ namespace: "n", content: "c" }]),
      () => memory.update({ id: "1", content: "c" }),
      () => memory.delete({ namespace: "n", ids: ["1"] }),
      () => memory.deleteNamespace({ namespace: "n" }),
    ]) {
      stub.answerWith(failure, json({ ...record, chunks: 1, status: "saved", results: [], count: 1 }));
      await write();
      const [first, second] = stub.seen.map(({ headers }) => headers["idempotency-key"]);
      expect(first).toMatch(/^[0-9a-f]{32}$/);
      expect(second).toBe(first);
    }
  });

  test("takes a new key for each call, and none for what only reads", async () => {
    stub.answerWith(saved);
    await memory.save({ namespace: "n", content: "c" });
    await memory.save({ namespace: "n", content: "c" });
    stub.seen.splice(2);
    expect(new Set(stub.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
    stub.answerWith(noResults);
    await memory.query({ namespace: "n", query: "q" });
    expect(stub.seen[0]?.headers["idempotency-key"]).toBeUndefined();
  });

  test("happens maxRetries times, and then the error is thrown", async () => {
    stub.answerWith(problem("unavailable"));
    const client = new PersistoClient({ apiKey, baseUrl: stub.url, maxRetries: 1 });
    expect(await failureOf(client.list())).toMatchObject({ code: "unavailable" });
    expect(stub.seen).toHaveLength(2);
  });

  test("waits for what Retry-After asks", async () => {
    stub.answerWith(problem("rate_limited", {}, { "Retry-After": "1" }), noResults);
    const startedAt = performance.now();
    await memory.query({ namespace: "n", query: "q" });
    // A lower bound is no judgement of speed. Timers may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  test("leaves a long Retry-After to the caller", async () => {
    stub.answerWith(problem("rate_limited", {}, { "Retry-After": "3600" }));
    const error = await failureOf(memory.query({ namespace: "n", query: "q" }));
    expect(error.details.retryAfterSeconds).toBe(3_600);
    expect(stub.seen).toHaveLength(1);
  });

  test("happens for reads when the connection is lost", async () => {
    stub.answerWith(hangUp, noResults);
    expect(await memory.query({ namespace: "n", query: "q" })).toEqual({ results: [], dropped: 0 });
    expect(stub.seen).toHaveLength(2);
  });

  test.each([401, 404, 413, 500, 504])("does not happen on a page with status %i", async (status) => {
    stub.answerWith(page(status));
    await failureOf(memory.list());
    expect(stub.seen).toHaveLength(1);
  });

  test.each(["unprocessable", "internal", "embedder_failed", "conflict"] as const)(
    "does not happen on %s",
    async (code) => {
      stub.answerWith(problem(code));
      await failureOf(memory.query({ namespace: "n", query: "q" }));
      expect(stub.seen).toHaveLength(1);
    },
  );
});

describe("no answer", () => {
  test("in time is unavailable", async () => {
    stub.answerWith(silence);
    const error = await failureOf(impatient.list());
    expect(error).toMatchObject({ code: "unavailable", retryable: true });
    expect(error.message).toBe(`No answer from ${stub.url}/v1/memory/list within 100 ms.`);
  });

  test("in time is unavailable also when it has begun", async () => {
    stub.answerWith((response) => response.writeHead(200).write('{"memories":'));
    expect((await failureOf(impatient.list())).message).toContain("within 100 ms");
  });

  test("because nothing listens asks whether it is running", async () => {
    const gone = await startStubServer();
    await gone.stop();
    const client = new PersistoClient({ apiKey, baseUrl: gone.url, maxRetries: 0 });
    const error = await failureOf(client.save({ namespace: "n", content: "c" }));
    expect(error).toMatchObject({ code: "unavailable", retryable: true });
    expect(error.message).toBe(`Cannot reach Persisto at ${gone.url}; is it running?`);
  });
});

describe("options", () => {
  test.each([
    ["apiKey", { apiKey: "" }],
    ["apiKey", { apiKey: undefined as never }],
    ["apiKey", { apiKey: "two words" }],
    ["apiKey", { apiKey: "line\nbreak" }],
    ["baseUrl", { apiKey, baseUrl: "127.0.0.1:8000" }],
    ["baseUrl", { apiKey, baseUrl: "ftp://host" }],
    ["baseUrl", { apiKey, baseUrl: "http://me:hunter2@host" }],
    ["timeoutMs", { apiKey, timeoutMs: 0 }],
    ["timeoutMs", { apiKey, timeoutMs: Number.NaN }],
    ["timeoutMs", { apiKey, timeoutMs: Infinity }],
    ["timeoutMs", { apiKey, timeoutMs: 2 ** 31 }],
    ["timeoutMs", { apiKey, timeoutMs: "5" as never }],
    ["maxRetries", { apiKey, maxRetries: -1 }],
    ["maxRetries", { apiKey, maxRetries: 1.5 }],
  ])("%s is refused by name in %j", (field, options) => {
    const open = (): PersistoClient => new PersistoClient(options);
    expect(open).toThrow(PersistoValidationError);
    expect(open).toThrow(new RegExp(`^${field}: `));
    expect(open).not.toThrow(/hunter2|two words/);
  });

  test.each([59_999.5, 2 ** 31 - 1])("a timeout of %d ms is fine", async (timeoutMs) => {
    stub.answerWith(noResults);
    const client = new PersistoClient({ apiKey, baseUrl: stub.url, timeoutMs });
    expect(await client.query({ namespace: "n", query: "q" })).toEqual({ results: [], dropped: 0 });
  });
});

test("writes from a page that came by http, where browsers have no crypto.randomUUID", async () => {
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true, writable: true });
  try {
    stub.answerWith(saved);
    expect(await memory.save({ namespace: "n", content: "c" })).toMatchObject({ id: "1" });
  } finally {
    Object.defineProperty(crypto, "randomUUID", { value: randomUUID, configurable: true, writable: true });
  }
});
