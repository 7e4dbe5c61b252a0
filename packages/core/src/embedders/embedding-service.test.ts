import { isPersistoError, PersistoError, type Embedder, type EmbedOptions } from "@persisto/contract";
import { describe, expect, test } from "vitest";
import { createEmbeddingService } from "./embedding-service.js";

/** An embedder as a user would write one, that notes what it was asked. */
function letterEmbedder(overrides: Partial<Embedder> = {}) {
  const calls: { texts: readonly string[]; kind: string }[] = [];
  const embedder: Embedder = {
    id: "test/letters;d=3",
    dimensions: 3,
    embed: async (texts, { kind }) => {
      calls.push({ texts, kind });
      return texts.map((text) => Float32Array.of(text.length, text.codePointAt(0) ?? 0, 3));
    },
    ...overrides,
  };
  return { embedder, calls };
}

function unit(...values: number[]): Float32Array {
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm);
}

/** Lets every pending promise go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("documents", () => {
  test("get vectors of norm 1 in the order of the texts, in batches of 128", async () => {
    const { embedder, calls } = letterEmbedder();
    const texts = Array.from({ length: 300 }, (_, index) => "x".repeat(index + 1));
    const vectors = await createEmbeddingService(embedder).embedDocuments(texts);
    expect(vectors).toEqual(texts.map((text) => unit(text.length, 120, 3)));
    expect(calls.map((call) => call.texts.length)).toEqual([128, 128, 44]);
    expect(calls.every(({ kind }) => kind === "document")).toBe(true);
  });

  test("come in the embedder's own batch size", async () => {
    const { embedder, calls } = letterEmbedder({ maxBatch: 2 });
    await createEmbeddingService(embedder).embedDocuments(["a", "b", "c"]);
    expect(calls.map((call) => call.texts)).toEqual([["a", "b"], ["c"]]);
  });

  test("none asks nothing", async () => {
    const { embedder, calls } = letterEmbedder();
    expect(await createEmbeddingService(embedder).embedDocuments([])).toEqual([]);
    expect(calls).toEqual([]);
  });

  test("are composed and trimmed before they are embedded", async () => {
    const { embedder, calls } = letterEmbedder();
    await createEmbeddingService(embedder).embedDocuments([" cafe\u0301\n"]);
    expect(calls[0]?.texts).toEqual(["caf\u00e9"]);
  });

  test("keep their order and at most four calls under way, whoever asks", async () => {
    let running = 0;
    let most = 0;
    const { embedder } = letterEmbedder({
      maxBatch: 1,
      embed: async (texts) => {
        most = Math.max(most, ++running);
        await settle();
        running--;
        return texts.map((text) => Float32Array.of(Number(text), 1, 0));
      },
    });
    const service = createEmbeddingService(embedder);
    const texts = Array.from({ length: 12 }, (_, index) => `${index}`);
    const both = await Promise.all([service.embedDocuments(texts), service.embedDocuments(texts)]);
    for (const vectors of both) expect(vectors).toEqual(texts.map((text) => unit(Number(text), 1, 0)));
    expect(most).toBe(4);
  });

  test("a failed call stops the others, and none starts after it", async () => {
    const started: (AbortSignal | undefined)[] = [];
    const { embedder } = letterEmbedder({
      maxBatch: 1,
      embed: async ([text], { signal }: EmbedOptions) => {
        started.push(signal);
        if (text === "bad") throw new PersistoError("embedder_failed", "out of order");
        return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("stopped"))));
      },
    });
    const work = createEmbeddingService(embedder, { concurrency: 2 }).embedDocuments(["a", "bad", "c", "d"]);
    await expect(work).rejects.toThrow("out of order");
    await settle();
    expect(started.map((signal) => signal?.aborted)).toEqual([true, true]);
  });
});

describe("queries", () => {
  test("are embedded as queries, once", async () => {
    const { embedder, calls } = letterEmbedder();
    const service = createEmbeddingService(embedder);
    expect((await service.embedQuery("tea")).vector).toEqual(unit(3, 116, 3));
    expect((await service.embedQuery(" tea\n")).vector).toEqual(unit(3, 116, 3));
    expect(calls).toEqual([{ texts: ["tea"], kind: "query" }]);
  });

  test("asked at the same time share one call", async () => {
    const { embedder, calls } = letterEmbedder();
    const service = createEmbeddingService(embedder);
    await Promise.all([service.embedQuery("tea"), service.embedQuery("tea"), service.embedQuery("tea")]);
    expect(calls).toHaveLength(1);
  });

  test("cost tokens once", async () => {
    const service = createEmbeddingService(letterEmbedder().embedder);
    const { tokens } = await service.embedQuery("a cup of tea");
    expect(tokens).toBeGreaterThan(0);
    expect((await service.embedQuery("a cup of tea")).tokens).toBe(0);
  });

  test("a caller that changes its vector does not change the cached one", async () => {
    const service = createEmbeddingService(letterEmbedder().embedder);
    (await service.embedQuery("tea")).vector.fill(0);
    expect((await service.embedQuery("tea")).vector).toEqual(unit(3, 116, 3));
  });

  test("that fail are asked again", async () => {
    let down = true;
    const { embedder } = letterEmbedder({
      embed: async () => {
        if (down) throw new PersistoError("embedder_failed", "down");
        return [Float32Array.of(1, 0, 0)];
      },
    });
    const service = createEmbeddingService(embedder);
    await expect(service.embedQuery("tea")).rejects.toThrow("down");
    down = false;
    expect((await service.embedQuery("tea")).vector).toEqual(unit(1, 0, 0));
  });

  test("the one not used for longest is forgotten first", async () => {
    const { embedder, calls } = letterEmbedder();
    const service = createEmbeddingService(embedder, { cachedQueries: 2 });
    for (const query of ["a", "b", "a", "c", "a", "b"]) await service.embedQuery(query);
    expect(calls.map(({ texts }) => texts[0])).toEqual(["a", "b", "c", "b"]);
  });

  test("do not wait for documents", async () => {
    let release: (() => void) | undefined;
    const { embedder } = letterEmbedder({
      embed: async (texts, { kind }) => {
        if (kind === "document") await new Promise<void>((resolve) => (release = resolve));
        return texts.map(() => Float32Array.of(0, 1, 0));
      },
    });
    const service = createEmbeddingService(embedder, { concurrency: 1 });
    const documents = service.embedDocuments(["a"]);
    expect((await service.embedQuery("tea")).vector).toEqual(unit(0, 1, 0));
    release?.();
    await documents;
  });

  test("longer than the model takes get the mean of their parts", async () => {
    const { embedder, calls } = letterEmbedder({
      maxTokens: 2,
      countTokens: (text) => text.match(/\S+/g)?.length ?? 0,
      embed: async (texts) => {
        calls.push({ texts, kind: "query" });
        return texts.map((text) => (text === "a b" ? Float32Array.of(5, 0, 0) : Float32Array.of(0, 0, 1)));
      },
    });
    expect((await createEmbeddingService(embedder).embedQuery("a b c d")).vector).toEqual(unit(1, 0, 1));
    expect(calls).toEqual([{ texts: ["a b", "c d"], kind: "query" }]);
  });
});

describe("what an embedder returns is checked", () => {
  const good = Float32Array.of(1, 2, 3);
  test.each<[string, unknown, RegExp]>([
    ["fewer vectors", [good], /returned 1 vectors for 2 texts/],
    ["more vectors", [good, good, good], /returned 3 vectors for 2 texts/],
    ["another length", [good, Float32Array.of(1, 2)], /a vector of 2 dimensions where it declares 3/],
    ["NaN", [good, Float32Array.of(1, Number.NaN, 3)], /a number that is not finite/],
    ["infinity", [good, Float32Array.of(1, 2, 1e39)], /a number that is not finite/],
    ["the zero vector", [good, Float32Array.of(0, -0, 0)], /the zero vector/],
    [
      "plain lists",
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      /a vector that is no Float32Array/,
    ],
    ["a hole", [good, undefined], /a vector that is no Float32Array/],
    ["nothing", undefined, /no list of vectors/],
  ])("%s", async (_, returned, message) => {
    const { embedder } = letterEmbedder({ embed: async () => returned as Float32Array[] });
    const error: unknown = await createEmbeddingService(embedder)
      .embedDocuments(["a", "b"])
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "embedder_failed", retryable: false });
    expect(isPersistoError(error) && error.message).toMatch(message);
    expect(isPersistoError(error) && error.message).toContain("test/letters;d=3");
  });

  test("very large and very small numbers still give norm 1", async () => {
    const { embedder } = letterEmbedder({
      embed: async () => [Float32Array.of(3e38, 0, 0), Float32Array.of(0, 1e-44, 0)],
    });
    expect(await createEmbeddingService(embedder).embedDocuments(["a", "b"])).toEqual([unit(1, 0, 0), unit(0, 1, 0)]);
  });

  test("an error of its own comes as embedder_failed with the cause, and is not quoted", async () => {
    const cause = new Error("token sk-secret");
    const { embedder } = letterEmbedder({ embed: () => Promise.reject(cause) });
    const work = createEmbeddingService(embedder).embedQuery("tea");
    await expect(work).rejects.toMatchObject({ code: "embedder_failed", cause });
    await expect(work).rejects.not.toThrow(/sk-secret/);
  });
});

describe("tokens", () => {
  test("are counted by the embedder when it can, else estimated", () => {
    const own = createEmbeddingService(letterEmbedder({ countTokens: () => 7, maxTokens: 99 }).embedder);
    expect([own.countTokens("the user likes tea"), own.maxTokens]).toEqual([7, 99]);
    const estimated = createEmbeddingService(letterEmbedder().embedder);
    expect([estimated.countTokens("the user likes tea"), estimated.maxTokens]).toEqual([5, 512]);
  });

  test("are at least one for eight characters, so that a word unknown to the model cannot be a page", () => {
    const service = createEmbeddingService(letterEmbedder({ countTokens: () => 1 }).embedder);
    expect(service.countTokens("x".repeat(8_000))).toBe(1_000);
  });
});
