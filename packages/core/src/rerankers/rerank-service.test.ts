import { PersistoError, type Reranker } from "@persisto/contract";
import { describeReranker } from "@persisto/conformance";
import { describe, expect, test } from "vitest";
import { createRerankService } from "./rerank-service.js";
import { fakeScore } from "./testing/fake-rerank-server.js";

/** A reranker as a user would write one, that notes what it was asked. */
function wordReranker(overrides: Partial<Reranker> = {}) {
  const calls: (readonly string[])[] = [];
  const reranker: Reranker = {
    id: "test/words",
    rerank: async (query, passages, { signal }) => {
      signal?.throwIfAborted();
      calls.push(passages);
      return passages.map((passage) => fakeScore(query, passage));
    },
    ...overrides,
  };
  return { service: createRerankService(reranker), reranker, calls };
}

describeReranker("of a user", async () => wordReranker().reranker);

describe("scores", () => {
  test("come in the order of the passages, in batches of 128", async () => {
    const { service, calls } = wordReranker();
    const passages = Array.from({ length: 300 }, (_, index) => (index % 2 ? "tea" : "coffee"));
    expect(await service.rerank("tea", passages)).toEqual(passages.map((passage) => (passage === "tea" ? 1 : 0)));
    expect(calls.map((batch) => batch.length)).toEqual([128, 128, 44]);
  });

  test("come in batches of the reranker's own size", async () => {
    const { service, calls } = wordReranker({ maxBatch: 2 });
    expect(await service.rerank("tea", ["tea", "b", "c"])).toEqual([1, 0, 0]);
    expect(calls).toEqual([["tea", "b"], ["c"]]);
  });

  test("of no passages ask nothing", async () => {
    const { service, calls } = wordReranker();
    expect(await service.rerank("tea", [])).toEqual([]);
    expect(calls).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    ["too few", [1], /returned 1 scores for 2 passages/],
    ["NaN", [1, Number.NaN], /a score that is no finite number/],
    ["infinity", [1, Number.POSITIVE_INFINITY], /a score that is no finite number/],
    ["text", [1, "1"], /a score that is no finite number/],
    ["a hole", new Array<number>(2), /a score that is no finite number/],
    ["nothing", undefined, /no list of scores/],
  ])("are checked: %s", async (_, returned, message) => {
    const { service } = wordReranker({ rerank: async () => returned as number[] });
    const work = service.rerank("tea", ["a", "b"]);
    await expect(work).rejects.toMatchObject({ code: "reranker_failed", retryable: false });
    await expect(work).rejects.toThrow(message);
  });
});

describe("a failure", () => {
  test("of another kind comes as reranker_failed with the cause, and is not quoted", async () => {
    const cause = new Error("token secret");
    const { service } = wordReranker({ rerank: () => Promise.reject(cause) });
    const work = service.rerank("tea", ["a"]);
    await expect(work).rejects.toMatchObject({ code: "reranker_failed", status: 502, retryable: true, cause });
    await expect(work).rejects.not.toThrow(/secret/);
  });

  test("of Persisto's kind comes as it is", async () => {
    const error = new PersistoError("reranker_failed", "down");
    const { service } = wordReranker({ rerank: () => Promise.reject(error) });
    await expect(service.rerank("tea", ["a"])).rejects.toBe(error);
  });

  test("is not what an aborted call ends with, but the caller's reason", async () => {
    const reason = new Error("the user went away");
    const work = wordReranker().service.rerank("tea", ["a"], { signal: AbortSignal.abort(reason) });
    await expect(work).rejects.toBe(reason);
  });
});
