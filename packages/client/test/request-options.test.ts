import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PersistoClient } from "../src/index.js";
import { json, page, problem, silence, startStubServer, type StubServer } from "./stub-server.js";

const saved = json({ status: "saved", id: "1", chunks: 1, expires_at: null });
const record = (id: string) => ({
  id,
  namespace: "n",
  content: id,
  metadata: {},
  created_at: "t",
  updated_at: "t",
  expires_at: null,
});

let stub: StubServer;
let client: PersistoClient;

beforeAll(async () => {
  stub = await startStubServer();
  client = new PersistoClient({ apiKey: "psto_live_key", baseUrl: stub.url });
});

afterAll(() => stub.stop());

describe("the options of one call", () => {
  test("a signal ends it, with the signal's reason", async () => {
    stub.answerWith(silence);
    const abort = new AbortController();
    const call = client.save({ namespace: "n", content: "c" }, { signal: abort.signal });
    await expect.poll(() => stub.seen.length).toBe(1);
    abort.abort(new Error("The user has left."));
    await expect(call).rejects.toThrow("The user has left.");
    expect(stub.seen).toHaveLength(1);
  });

  test("a signal ends the wait for another try, and what was aborted before is not sent", async () => {
    stub.answerWith(problem("rate_limited", {}, { "Retry-After": "30" }));
    const abort = new AbortController();
    const call = client.query({ namespace: "n", query: "q" }, { signal: abort.signal });
    await expect.poll(() => stub.seen.length).toBe(1);
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    await expect(client.listNamespaces({ signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(stub.seen).toHaveLength(1);
  });

  test("a wait and a number of tries hold for it alone", async () => {
    stub.answerWith(silence);
    await expect(client.get({ id: "1" }, { timeoutMs: 50 })).rejects.toThrow("No answer from");
    stub.answerWith(problem("unavailable"), json({ results: [], dropped: 0 }));
    await expect(client.query({ namespace: "n", query: "q" }, { maxRetries: 0 })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(stub.seen).toHaveLength(1);
  });

  test("a key of one's own is sent with each try of a write, and with no read", async () => {
    stub.answerWith(problem("unavailable"), saved);
    await client.save({ namespace: "n", content: "c" }, { idempotencyKey: "order-17" });
    expect(stub.seen.map(({ headers }) => headers["idempotency-key"])).toEqual(["order-17", "order-17"]);
    stub.answerWith(json({ results: [], dropped: 0 }));
    await client.query({ namespace: "n", query: "q" }, { idempotencyKey: "order-17" });
    expect(stub.seen[0]!.headers["idempotency-key"]).toBeUndefined();
  });

  test.each([
    ["signal", { signal: {} as AbortSignal }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["maxRetries", { maxRetries: -1 }],
    ["idempotencyKey", { idempotencyKey: "with space" }],
  ])("one that makes no sense is named: %s", async (field, options) => {
    stub.answerWith(saved);
    await expect(client.save({ namespace: "n", content: "c" }, options)).rejects.toMatchObject({
      details: { issues: [{ field }] },
    });
    expect(stub.seen).toEqual([]);
  });
});

describe("lists", () => {
  test("are a page when they are awaited, and all of them with for await", async () => {
    const pages = [
      json({ memories: [record("a"), record("b")], next_cursor: "2" }),
      json({ memories: [], next_cursor: "3" }),
      json({ memories: [record("c")], next_cursor: null }),
    ];
    stub.answerWith(...pages);
    expect((await client.list({ namespace: "n" })).memories.map(({ id }) => id)).toEqual(["a", "b"]);
    stub.answerWith(...pages);
    const ids: string[] = [];
    for await (const { id } of client.list({ namespace: "n", limit: 2 })) ids.push(id);
    expect(ids).toEqual(["a", "b", "c"]);
    expect(stub.seen.map(({ path }) => path)).toEqual([
      "/v1/memory/list?namespace=n&limit=2",
      "/v1/memory/list?namespace=n&limit=2&cursor=2",
      "/v1/memory/list?namespace=n&limit=2&cursor=3",
    ]);
  });

  test("are not read further than they are wanted", async () => {
    stub.answerWith(json({ queries: [{ namespace: "n", query_text: "q" }], next_cursor: "2" }));
    for await (const { queryText } of client.listQueries()) {
      expect(queryText).toBe("q");
      break;
    }
    expect(stub.seen).toHaveLength(1);
  });

  test("throw what a later page failed with", async () => {
    stub.answerWith(json({ memories: [record("a")], next_cursor: "2" }), problem("forbidden"));
    const read = async (): Promise<void> => {
      for await (const { id } of client.list()) expect(id).toBe("a");
    };
    await expect(read()).rejects.toMatchObject({ code: "forbidden" });
  });
});

test("usage is asked for in wire names, and comes in ours", async () => {
  stub.answerWith(
    json({
      project: "p",
      from: "2026-01-01",
      to: "2026-01-31",
      by: "month",
      usage: [{ period: "2026-01", saves: 1, queries: 2, embedded_tokens: 3, stored_bytes_change: 4 }],
      stored_bytes: 4,
    }),
  );
  const { usage, storedBytes } = await client.usage({ from: "2026-01-01", by: "month", perKey: false });
  expect(stub.seen[0]!.path).toBe("/v1/usage?from=2026-01-01&by=month&per_key=false");
  expect(usage[0]).toEqual({ period: "2026-01", saves: 1, queries: 2, embeddedTokens: 3, storedBytesChange: 4 });
  expect(storedBytes).toBe(4);
});

test("an error has the id of its request, also where a proxy answered", async () => {
  stub.answerWith(page(413, { "X-Request-Id": "request-1" }));
  const failure = await client.save({ namespace: "n", content: "c" }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "too_large", requestId: "request-1" });
});
