import { describeEmbedder } from "@persisto/conformance";
import { APICallError, LoadAPIKeyError } from "ai";
import { MockEmbeddingModelV3 } from "ai/test";
import { describe, expect, test } from "vitest";
import { fromAiSdk, type AiSdkEmbeddingModel } from "./from-ai-sdk.js";

const DOCUMENT = { kind: "document" } as const;

function letters(text: string): number[] {
  return [text.codePointAt(0) ?? 0, text.length, 3];
}

const answer = ({ values }: { values: string[] }) => ({ embeddings: values.map(letters), warnings: [] });

const settings = {
  provider: "acme.embedding",
  modelId: "letters",
  maxEmbeddingsPerCall: 16,
  supportsParallelCalls: true,
};

function mock(
  doEmbed: (options: { values: string[] }) => Promise<ReturnType<typeof answer>>,
  more: Partial<AiSdkEmbeddingModel> = {},
) {
  return new MockEmbeddingModelV3({ ...settings, ...more, doEmbed });
}

const good = (more: Partial<AiSdkEmbeddingModel> = {}) => mock(async (options) => answer(options), more);

/** Of the AI SDK 5 and 7, whose models differ from those of 6 in what is not used here. */
const plain = (specificationVersion: "v2" | "v4"): AiSdkEmbeddingModel => ({
  specificationVersion,
  ...settings,
  doEmbed: async ({ values }) => ({ embeddings: values.map(letters) }),
});

describeEmbedder("AI SDK, provider specification 2", () => fromAiSdk(plain("v2")));
describeEmbedder("AI SDK, provider specification 3", () => fromAiSdk(good()));
describeEmbedder("AI SDK, provider specification 4", () => fromAiSdk(plain("v4")));

describe("a model", () => {
  test("names the vector space, and is asked once for its dimensions", async () => {
    const model = good();
    expect(await fromAiSdk(model)).toMatchObject({ id: "acme.embedding/letters;d=3", dimensions: 3, maxBatch: 16 });
    expect(model.doEmbedCalls).toHaveLength(1);
  });

  test("is not asked when the dimensions are known", async () => {
    const model = good();
    const embedder = await fromAiSdk(model, { id: "mine", dimensions: 3, maxTokens: 99 });
    expect(embedder).toMatchObject({ id: "mine", dimensions: 3, maxTokens: 99 });
    expect(await embedder.embed([], DOCUMENT)).toEqual([]);
    expect(model.doEmbedCalls).toEqual([]);
  });

  test.each([
    [Promise.resolve(5), 5],
    [undefined, 128],
    [Number.POSITIVE_INFINITY, 128],
  ])("that takes %s texts at most gets %s", async (maxEmbeddingsPerCall, maxBatch) => {
    expect((await fromAiSdk({ ...plain("v4"), maxEmbeddingsPerCall })).maxBatch).toBe(maxBatch);
  });

  test.each([
    [false, 1],
    [Promise.resolve(true), 3],
  ])("that takes calls in parallel: %s", async (supportsParallelCalls, expected) => {
    let running = 0;
    let most = 0;
    const doEmbed: AiSdkEmbeddingModel["doEmbed"] = async ({ values }) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { embeddings: values.map(letters) };
    };
    const embedder = await fromAiSdk({ ...plain("v4"), supportsParallelCalls, doEmbed });
    await Promise.all(["a", "b", "c"].map((text) => embedder.embed([text], DOCUMENT)));
    expect(most).toBe(expected);
  });

  test("is told the options of its provider by kind, which become part of the id", async () => {
    const model = good();
    const query = { google: { taskType: "RETRIEVAL_QUERY" } };
    const embedder = await fromAiSdk(model, { dimensions: 3, providerOptions: { query } });
    await embedder.embed(["a"], { kind: "query" });
    await embedder.embed(["a"], DOCUMENT);
    expect(model.doEmbedCalls.map(({ providerOptions }) => providerOptions)).toEqual([query, undefined]);
    expect(embedder.id).toMatch(/^acme\.embedding\/letters;d=3;options=[0-9a-f]{8}$/);
  });

  test.each<[unknown, RegExp]>([
    ["openai/text-embedding-3-small", /it was given the name of a model/],
    [{ ...plain("v4"), specificationVersion: "v1" }, /it was given something else/],
    [{}, /AI SDK 5, 6 or 7/],
    [null, /such as openai\.embedding/],
  ])("must be an object of a known version: %j", async (model, message) => {
    const work = fromAiSdk(model as AiSdkEmbeddingModel);
    await expect(work).rejects.toMatchObject({ code: "invalid_input" });
    await expect(work).rejects.toThrow(message);
  });
});

describe("a failure", () => {
  const TEXT = "text-canary";

  function refusal(statusCode: number | undefined, responseHeaders = {}): APICallError {
    const request = { url: "http://127.0.0.1/v1/embeddings", requestBodyValues: { values: [TEXT] } };
    const more = statusCode === undefined ? { isRetryable: true } : { statusCode };
    return new APICallError({ message: `no ${TEXT}`, ...request, responseBody: TEXT, responseHeaders, ...more });
  }

  async function embedAfter(...errors: Error[]) {
    const model = mock(async (options) => {
      const error = errors.shift();
      if (error) throw error;
      return answer(options);
    });
    const embedder = await fromAiSdk(model, { dimensions: 3, maxRetries: 2, timeoutMs: 5_000 });
    const result: unknown = await embedder.embed([TEXT], DOCUMENT).catch((error: unknown) => error);
    return { result, calls: model.doEmbedCalls.length };
  }

  test("that may pass is tried again, as soon as the provider says", async () => {
    const { result, calls } = await embedAfter(
      refusal(429, { "retry-after": "0" }),
      refusal(503, { "retry-after": "0" }),
    );
    expect(result).toEqual([Float32Array.from(letters(TEXT))]);
    expect(calls).toBe(3);
  });

  test("that asks for a longer wait than there is time says how long, and does not quote the text", async () => {
    const { result, calls } = await embedAfter(refusal(429, { "retry-after": "3600" }));
    expect(result).toMatchObject({
      code: "embedder_failed",
      message: "acme.embedding answered 429: too many requests; try again later.",
      retryable: true,
      details: { retryAfterSeconds: 3600 },
    });
    expect(JSON.stringify(result) + String((result as Error).cause)).not.toContain(TEXT);
    expect(calls).toBe(1);
  });

  test("of the request is not tried again", async () => {
    const { result, calls } = await embedAfter(refusal(401));
    expect(result).toMatchObject({ code: "embedder_failed", retryable: false });
    expect(calls).toBe(1);
  });

  test("to connect is tried again", async () => {
    expect(await embedAfter(refusal(undefined))).toMatchObject({ calls: 2 });
  });

  test("of another kind comes with its cause, which has the remedy", async () => {
    const cause = new LoadAPIKeyError({ message: "The API key is missing." });
    expect((await embedAfter(cause)).result).toMatchObject({ code: "embedder_failed", retryable: false, cause });
  });

  test("is a model that takes longer than there is time, also one that does not obey its signal", async () => {
    const embedder = await fromAiSdk(
      mock(() => new Promise(() => {})),
      { dimensions: 3, timeoutMs: 50 },
    );
    const work = embedder.embed([TEXT], DOCUMENT);
    await expect(work).rejects.toThrow(/acme\.embedding gave no vectors within 50 ms/);
  });

  test("is not what an aborted call ends with, but the caller's reason", async () => {
    const embedder = await fromAiSdk(
      mock(() => new Promise(() => {})),
      { dimensions: 3 },
    );
    const abort = new AbortController();
    const work = embedder.embed([TEXT], { ...DOCUMENT, signal: abort.signal });
    const reason = new Error("the user went away");
    abort.abort(reason);
    await expect(work).rejects.toBe(reason);
  });
});
