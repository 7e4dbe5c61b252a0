import { isPersistoError, type PersistoError } from "@persisto/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createOpenAIClient } from "./openai-client.js";
import { openAICompatible, type OpenAICompatibleOptions } from "./openai-compatible.js";
import {
  fakeVector,
  startFakeEmbeddingServer,
  type FakeEmbeddingServer,
  type Fault,
} from "./testing/fake-embedding-server.js";

const KEY = "sk-secret-canary";
const TEXT = "text-canary: the user likes tea";
const DOCUMENT = { kind: "document" } as const;

let server: FakeEmbeddingServer;
beforeAll(async () => {
  server = await startFakeEmbeddingServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.plan.length = 0;
});

function embedder(options: Partial<OpenAICompatibleOptions> = {}) {
  return openAICompatible({ apiKey: KEY, baseUrl: server.baseUrl, model: "fake", dimensions: 3, ...options });
}

async function failure(work: Promise<unknown>): Promise<PersistoError> {
  const error = await work.then(
    () => expect.fail("the call succeeded"),
    (reason: unknown) => reason,
  );
  if (!isPersistoError(error)) throw error;
  const everything = [error.message, JSON.stringify(error), error.stack, String(error.cause)].join("\n");
  expect(everything).not.toContain(KEY);
  expect(everything).not.toContain(TEXT);
  return error;
}

async function failureOf(faults: Fault[], options: Partial<OpenAICompatibleOptions> = {}): Promise<PersistoError> {
  server.plan.push(...faults);
  return failure(embedder({ maxRetries: 0, ...options }).embed([TEXT, "b"], DOCUMENT));
}

/** Answers like OpenAI's, which quote the key or the input. */
const quoting = (status: number, headers: Record<string, string> = {}): Fault => ({
  status,
  headers,
  body: { error: { message: `Incorrect API key ${KEY} for ${TEXT}`, code: "some_code", type: KEY } },
});

describe("the vector space", () => {
  test("is named after OpenAI's model and dimensions", () => {
    expect(openAICompatible({ apiKey: KEY })).toMatchObject({
      id: "openai/text-embedding-3-small;d=1536",
      dimensions: 1536,
    });
    expect(openAICompatible({ apiKey: KEY, model: "text-embedding-3-large", dimensions: 256 })).toMatchObject({
      id: "openai/text-embedding-3-large;d=256",
      dimensions: 256,
    });
    expect(openAICompatible({ apiKey: KEY, baseUrl: "https://api.openai.com/v1/" }).id).toMatch(/^openai\//);
  });

  test("of another server is another one", () => {
    expect(embedder().id).toBe("openai-compatible/fake;d=3");
    expect(embedder({ id: "mine" }).id).toBe("mine");
  });

  test.each([
    [{ model: "nomic-embed-text" }, /dimensions is required for the model nomic-embed-text/],
    [{ dimensions: 0.5 }, /dimensions must be a whole number/],
    [{ baseUrl: "localhost:11434" }, /baseUrl must be an http or https URL/],
    [{ apiKey: "" }, /apiKey is empty; api\.openai\.com needs one/],
    [{ apiKey: undefined }, /apiKey is empty; api\.openai\.com needs one/],
    [{ apiKey: "", baseUrl: "http://127.0.0.1:1/v1", dimensions: 3 }, /leave it out for a server without keys/],
  ])("options that cannot work are refused at once: %j", (options, message) => {
    expect(() => openAICompatible({ apiKey: KEY, ...options })).toThrow(message);
  });
});

describe("a call", () => {
  test("gives one vector per text, in order, and asks for plain numbers", async () => {
    expect(await embedder().embed(["a", "bb"], DOCUMENT)).toEqual([
      Float32Array.from(fakeVector("a")),
      Float32Array.from(fakeVector("bb")),
    ]);
    expect(server.requests).toEqual([
      {
        path: "/v1/embeddings",
        authorization: `Bearer ${KEY}`,
        body: { model: "fake", input: ["a", "bb"], encoding_format: "float" },
      },
    ]);
  });

  test("goes to a server without keys with none", async () => {
    await embedder({ apiKey: undefined }).embed(["a"], DOCUMENT);
    expect(server.requests[0]?.authorization).toBe("Bearer none");
  });

  test("without texts asks nothing", async () => {
    expect(await embedder().embed([], DOCUMENT)).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  test("asks for shorter vectors only from a model that can give them", async () => {
    await embedder({ model: "text-embedding-3-small", dimensions: 3 }).embed(["a"], DOCUMENT);
    await embedder({ model: "text-embedding-3-small", dimensions: 1536 }).embed(["a"], DOCUMENT);
    await embedder({ model: "text-embedding-ada-002", dimensions: 3 }).embed(["a"], DOCUMENT);
    expect(server.requests.map(({ body }) => body.dimensions)).toEqual([3, undefined, undefined]);
  });

  test("puts an answer in another order right by its indexes, or takes it as it is without them", async () => {
    server.plan.push(
      (items) => items.toReversed(),
      (items) => items.map(({ embedding }) => ({ embedding })),
    );
    const expected = [Float32Array.from(fakeVector("a")), Float32Array.from(fakeVector("bb"))];
    expect(await embedder().embed(["a", "bb"], DOCUMENT)).toEqual(expected);
    expect(await embedder().embed(["a", "bb"], DOCUMENT)).toEqual(expected);
  });

  test("does not go where the environment points", async () => {
    process.env.OPENAI_BASE_URL = "http://127.0.0.1:1/v1";
    try {
      await embedder().embed(["a"], DOCUMENT);
    } finally {
      delete process.env.OPENAI_BASE_URL;
    }
    expect(server.requests).toHaveLength(1);
  });
});

describe("retries", () => {
  const soon = { "retry-after-ms": "1" };

  test.each<[string, Fault]>([
    ["429", { status: 429, headers: soon }],
    ["500", { status: 500, headers: soon }],
    ["503", { status: 503, headers: soon }],
    ["a reset connection", "reset"],
    ["a connection reset inside the answer", "reset-in-body"],
  ])("twice after %s", async (_, fault) => {
    server.plan.push(fault, fault);
    expect(await embedder().embed(["a"], DOCUMENT)).toEqual([Float32Array.from(fakeVector("a"))]);
    expect(server.requests).toHaveLength(3);
  });

  test("three calls at most, then the error says when to try again", async () => {
    const busy = { status: 429, headers: { "retry-after": "0.01" } };
    const error = await failureOf([busy, busy, busy, busy], { maxRetries: 2 });
    expect(server.requests).toHaveLength(3);
    expect(error).toMatchObject({ code: "embedder_failed", retryable: true, details: { retryAfterSeconds: 1 } });
    expect(error.message).toBe(`${server.host} answered 429: too many requests; try again later.`);
  });

  test("not when the server wants a longer wait than there is time", async () => {
    const error = await failureOf([{ status: 429, headers: { "retry-after": "3600" } }], { maxRetries: 2 });
    expect(server.requests).toHaveLength(1);
    expect(error.details.retryAfterSeconds).toBe(3600);
  });

  test("not after an answer that would be the same again", async () => {
    await failureOf([quoting(401)], { maxRetries: 2 });
    expect(server.requests).toHaveLength(1);
  });
});

describe("a failure is embedder_failed with a remedy, and quotes neither key nor text", () => {
  test.each([
    [400, false, /answered 400: it refuses the request; is fake an embedding model/],
    [401, false, /answered 401: the API key is wrong or may not use fake; check apiKey/],
    [403, false, /answered 403: the API key/],
    [404, false, /answered 404: it has no model fake; check model and baseUrl/],
    [429, true, /answered 429: too many requests/],
    [500, true, /answered 500: it cannot serve now/],
  ])("status %i, retryable: %s", async (status, retryable, message) => {
    const error = await failureOf([quoting(status)]);
    expect(error).toMatchObject({ code: "embedder_failed", status: 502, retryable });
    expect(error.message).toMatch(message);
  });

  test("an account without credit is not retryable although it is a 429", async () => {
    const error = await failureOf([{ status: 429, body: { error: { code: "insufficient_quota" } } }]);
    expect(error.retryable).toBe(false);
    expect(error.message).toMatch(/no credit left; check its plan and billing/);
  });

  test.each<Fault>(["hang", "hang-in-body"])("a server that keeps one waiting: %s", async (fault) => {
    const error = await failureOf([fault], { timeoutMs: 100, maxRetries: 2 });
    expect(error.retryable).toBe(true);
    expect(error.message).toMatch(/gave no vectors within 100 ms; try again later or raise timeoutMs/);
  });

  test("a server that is not there", async () => {
    const closed = await startFakeEmbeddingServer();
    await closed.close();
    const error = await failure(embedder({ baseUrl: closed.baseUrl, maxRetries: 0 }).embed([TEXT], DOCUMENT));
    expect(error.retryable).toBe(true);
    expect(error.message).toBe(`Cannot reach ${closed.host} (ECONNREFUSED); is it running?`);
  });

  test("an answer cut off inside its JSON", async () => {
    const error = await failureOf(["broken-json"]);
    expect(error.retryable).toBe(true);
    expect(error.message).toMatch(/JSON that is cut off or broken/);
  });

  test.each<[string, Fault, RegExp]>([
    ["too few", (items) => items.slice(1), /1 embeddings for 2 texts/],
    ["too many", (items) => [...items, items[0]], /3 embeddings for 2 texts/],
    ["one twice", (items) => [items[0], items[0]], /an index twice/],
    ["a foreign index", (items) => [items[0], { ...items[1], index: 7 }], /no embedding with index 1/],
    ["null for a number", (items) => items.map((item) => ({ ...item, embedding: [1, null, 2] })), /no number/],
    ["strings for numbers", (items) => items.map((item) => ({ ...item, embedding: ["1", "2", "3"] })), /no number/],
    ["base64", (items) => items.map((item) => ({ ...item, embedding: "AACAPw==" })), /no list of numbers/],
    ["null for an item", () => [null, null], /no object/],
    ["a page that is no answer", { status: 200, body: "welcome" }, /no list of embeddings; is baseUrl right/],
    ["no content", { status: 204 }, /no list of embeddings/],
  ])("an answer that cannot be used: %s", async (_, fault, message) => {
    const error = await failureOf([fault]);
    expect(error).toMatchObject({ code: "embedder_failed", retryable: false });
    expect(error.message).toMatch(message);
  });

  test("the openai package is not installed", async () => {
    const absent = "a-package-that-is-not-installed";
    const load = async (): Promise<never> => import(absent) as Promise<never>;
    const options = { apiKey: KEY, baseUrl: server.baseUrl, timeoutMs: 1_000, maxRetries: 0, load };
    const error = await failure(createOpenAIClient(options));
    expect(error).toMatchObject({ code: "embedder_failed", retryable: false });
    expect(error.message).toMatch(/run: npm install openai/);
  });
});

describe("abort", () => {
  test("rejects with the caller's reason, also while it waits for a retry", async () => {
    server.plan.push({ status: 503, headers: { "retry-after": "5" } });
    const abort = new AbortController();
    const work = embedder().embed(["a"], { ...DOCUMENT, signal: abort.signal });
    await expect.poll(() => server.requests.length).toBe(1);
    const reason = new Error("the user went away");
    abort.abort(reason);
    await expect(work).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  test("ends the request under way", async () => {
    server.plan.push("hang");
    server.cancelled = 0;
    const abort = new AbortController();
    const work = embedder().embed(["a"], { ...DOCUMENT, signal: abort.signal });
    await expect.poll(() => server.requests.length).toBe(1);
    abort.abort();
    await expect(work).rejects.toThrow(/aborted/);
    await expect.poll(() => server.cancelled).toBe(1);
  });

  test("before the call asks nothing", async () => {
    await expect(embedder().embed(["a"], { ...DOCUMENT, signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
    expect(server.requests).toEqual([]);
  });
});
