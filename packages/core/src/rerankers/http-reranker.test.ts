import { isPersistoError, type PersistoError } from "@persisto/contract";
import { describeReranker } from "@persisto/conformance";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { httpReranker, type HttpRerankerOptions } from "./http-reranker.js";
import { fakeScore, startFakeRerankServer, type FakeRerankServer, type Fault } from "./testing/fake-rerank-server.js";

const KEY = "secret-canary";
const QUERY = "query-canary";
const PASSAGE = "passage-canary";

let server: FakeRerankServer;
beforeAll(async () => {
  server = await startFakeRerankServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.plan.length = 0;
});

const open = (options: Partial<HttpRerankerOptions> = {}) =>
  httpReranker({ baseUrl: server.baseUrl, model: "fake", apiKey: KEY, ...options });

describeReranker("over HTTP, as Cohere speaks", async () => open());
describeReranker("over HTTP, as Text Embeddings Inference speaks", async () => open({ dialect: "tei" }));

async function failureOf(faults: Fault[], options: Partial<HttpRerankerOptions> = {}): Promise<PersistoError> {
  server.plan.push(...faults);
  const error = await open({ maxRetries: 0, ...options })
    .rerank(QUERY, [PASSAGE, "b"], {})
    .then(
      () => expect.fail("the call succeeded"),
      (reason: unknown) => reason,
    );
  if (!isPersistoError(error)) throw error;
  const everything = [error.message, JSON.stringify(error), error.stack, String(error.cause)].join("\n");
  for (const secret of [KEY, QUERY, PASSAGE]) expect(everything).not.toContain(secret);
  return error;
}

describe("a request", () => {
  test("has the model, the query, the passages and the key; its scores come in the order of the passages", async () => {
    const scores = await open().rerank("green tea", ["coffee", "green tea", "tea"], {});
    expect(scores).toEqual(["coffee", "green tea", "tea"].map((passage) => fakeScore("green tea", passage)));
    expect(server.requests).toEqual([
      {
        path: "/v2/rerank",
        authorization: `Bearer ${KEY}`,
        body: { model: "fake", query: "green tea", documents: ["coffee", "green tea", "tea"] },
      },
    ]);
  });

  test("to Text Embeddings Inference has texts, and asks to cut long ones", async () => {
    const reranker = httpReranker({ baseUrl: `${server.baseUrl}/`, model: "fake", dialect: "tei" });
    expect(await reranker.rerank("tea", ["coffee", "tea"], {})).toEqual([0, 1]);
    expect(server.requests).toEqual([
      {
        path: "/v2/rerank",
        authorization: undefined,
        body: { query: "tea", texts: ["coffee", "tea"], truncate: true },
      },
    ]);
    expect(reranker.maxBatch).toBe(32);
  });

  test("is not made without passages", async () => {
    expect(await open().rerank("tea", [], {})).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  test("is answered in Voyage's words too", async () => {
    const data = [
      { index: 1, relevance_score: 0.5 },
      { index: 0, relevance_score: -2 },
    ];
    server.plan.push({ status: 200, body: { object: "list", data } });
    expect(await open().rerank("tea", ["a", "b"], {})).toEqual([-2, 0.5]);
  });
});

describe("the reranker", () => {
  test("is named after host and model", () => {
    expect(open().id).toBe(`${server.host}/fake`);
    expect(open({ id: "mine", maxBatch: 7 })).toMatchObject({ id: "mine", maxBatch: 7 });
  });

  test("refuses a baseUrl that is none", () => {
    expect(() => open({ baseUrl: "localhost:8000" })).toThrow(/baseUrl must be an http or https URL/);
  });
});

describe("a failure is reranker_failed with a remedy, and quotes neither key nor text", () => {
  const quoting = { message: `${KEY} ${QUERY} ${PASSAGE}` };

  test.each([
    [400, false, /answered 400: it refuses the request; is fake a reranking model/],
    [401, false, /answered 401: the API key is wrong/],
    [404, false, /answered 404: it has no model fake; check model and baseUrl/],
    [429, true, /answered 429: too many requests/],
    [500, true, /answered 500: it cannot serve now/],
  ])("status %i, retryable: %s", async (status, retryable, message) => {
    const error = await failureOf([{ status, body: quoting }]);
    expect(error).toMatchObject({ code: "reranker_failed", status: 502, retryable });
    expect(error.message).toMatch(message);
  });

  test("which says when to try again if the server did", async () => {
    const error = await failureOf([{ status: 503, headers: { "retry-after": "40" } }], { maxRetries: 2 });
    expect(error.details.retryAfterSeconds).toBe(40);
    expect(server.requests).toHaveLength(1);
  });

  test("a server that keeps one waiting", async () => {
    const error = await failureOf(["hang"], { timeoutMs: 100 });
    expect(error.retryable).toBe(true);
    expect(error.message).toMatch(/gave no scores within 100 ms/);
  });

  test("a server that is not there", async () => {
    const closed = await startFakeRerankServer();
    await closed.close();
    const error = await failureOf([], { baseUrl: closed.baseUrl });
    expect(error.message).toBe(`Cannot reach ${closed.host} (ECONNREFUSED); is it running?`);
  });

  const item = { index: 0, relevance_score: 1 };
  test.each<[string, unknown, RegExp]>([
    ["too few", { results: [item] }, /1 results for 2 passages/],
    ["one twice", { results: [item, item] }, /without an index, or one twice/],
    ["no index", { results: [{ relevance_score: 1 }, item] }, /without an index, or one twice/],
    ["a foreign index", { results: [item, { ...item, index: 7 }] }, /no result with index 1/],
    ["no score", { results: [item, { index: 1 }] }, /a result without a score/],
    ["null for a score", [item, { index: 1, score: null }], /a result without a score/],
    ["null for a result", [item, null], /a result that is no object/],
    ["a page that is no answer", "welcome", /no list of results; are baseUrl and dialect right/],
  ])("an answer that cannot be used: %s", async (_, body, message) => {
    const error = await failureOf([{ status: 200, body }]);
    expect(error).toMatchObject({ code: "reranker_failed", retryable: false });
    expect(error.message).toMatch(message);
  });
});

describe("retries", () => {
  test("after answers that may pass and lost connections, twice at most", async () => {
    server.plan.push("reset", { status: 429, headers: { "retry-after": "0" } });
    expect(await open().rerank("tea", ["tea"], {})).toEqual([1]);
    expect(server.requests).toHaveLength(3);
  });

  test("none after an answer that would be the same again", async () => {
    await failureOf([{ status: 401 }], { maxRetries: 2 });
    expect(server.requests).toHaveLength(1);
  });

  test("end with the caller's reason when it gives up", async () => {
    server.plan.push({ status: 503, headers: { "retry-after": "5" } });
    const abort = new AbortController();
    const work = open().rerank("tea", ["tea"], { signal: abort.signal });
    await expect.poll(() => server.requests.length).toBe(1);
    const reason = new Error("the user went away");
    abort.abort(reason);
    await expect(work).rejects.toBe(reason);
  });
});
