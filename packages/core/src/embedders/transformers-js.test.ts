import { describeEmbedder } from "@persisto/conformance";
import { beforeEach, describe, expect, test } from "vitest";
import { fakeTransformers, type FakeTransformers } from "./testing/fake-transformers.js";
import { transformersJs, type TransformersJsOptions, type TransformersModule } from "./transformers-js.js";

const MODEL = "Xenova/all-MiniLM-L6-v2";
const DOCUMENT = { kind: "document" } as const;

let fake: FakeTransformers;
beforeEach(() => {
  fake = fakeTransformers();
});

const open = (options: TransformersJsOptions = {}) => transformersJs(MODEL, { load: () => fake.load(), ...options });

for (const dtype of ["fp32", "q8"] as const) {
  describeEmbedder(`transformers.js, ${dtype}`, () => transformersJs(MODEL, { dtype, load: fakeTransformers().load }));
}

describe("the package and the model", () => {
  test("are loaded at the first use, once, when the dimensions are known", async () => {
    const embedder = await open({ dimensions: 4 });
    expect(fake.loads).toBe(0);
    await Promise.all([embedder.embed(["a"], DOCUMENT), embedder.embed(["b"], DOCUMENT)]);
    await embedder.embed(["c"], DOCUMENT);
    expect([fake.loads, fake.pipelines.length]).toEqual([1, 1]);
  });

  test("are loaded at once to measure the dimensions when they are not", async () => {
    expect((await open()).dimensions).toBe(4);
    expect(fake.loads).toBe(1);
  });

  test("come with what was asked for, and are kept outside node_modules", async () => {
    await open();
    expect(fake.pipelines[0]).toMatchObject({ task: "feature-extraction", model: MODEL, options: { dtype: "fp32" } });
    expect(fake.pipelines[0]?.options["cache_dir"]).toMatch(/persisto.models$/);
    expect(fake.pipelines[0]?.options["cache_dir"]).not.toContain("node_modules");
    await open({ dtype: "q4", device: "cuda", revision: "a1b2", cacheDir: "/models" });
    const options = { cache_dir: "/models", dtype: "q4", device: "cuda", revision: "a1b2" };
    expect(fake.pipelines[1]?.options).toEqual(options);
  });

  test("tell how much of them has arrived", async () => {
    const seen: unknown[] = [];
    await open({ onProgress: (download) => seen.push(download) });
    expect(seen).toEqual([{ file: "onnx/model.onnx", loadedBytes: 5, totalBytes: 10 }]);
  });

  test("that cannot be loaded are an error with its cause, and tried again by the next call", async () => {
    const cause = new Error("fetch failed");
    fake.failures.push(cause);
    const embedder = await open({ dimensions: 4 });
    const work = embedder.embed(["a"], DOCUMENT);
    await expect(work).rejects.toMatchObject({ code: "embedder_failed", cause });
    await expect(work).rejects.toThrow(/Cannot load the model Xenova\/all-MiniLM-L6-v2: is its name right/);
    expect(await embedder.embed(["a"], DOCUMENT)).toHaveLength(1);
  });

  test("the package is not installed", async () => {
    const absent = "a-package-that-is-not-installed";
    const work = open({ load: () => import(absent) as Promise<unknown> });
    await expect(work).rejects.toMatchObject({ code: "embedder_failed", retryable: false });
    await expect(work).rejects.toThrow(/run: npm install @huggingface\/transformers/);
  });
});

describe("texts", () => {
  test("are embedded together, pooled and normalised", async () => {
    await (await open({ dimensions: 4 })).embed(["a", "b"], DOCUMENT);
    expect(fake.calls).toEqual([{ texts: ["a", "b"], options: { pooling: "mean", normalize: true } }]);
  });

  test.each<TransformersJsOptions>([{ dtype: "q8" }, { dtype: "int8" }, { dtype: "q4" }, { pooling: "last_token" }])(
    "are embedded one at a time where others would change their vectors: %j",
    async (options) => {
      await (await open({ dimensions: 4, ...options })).embed(["a", "b"], DOCUMENT);
      expect(fake.calls.map(({ texts }) => texts)).toEqual([["a"], ["b"]]);
    },
  );

  test("one at a time end when the signal aborts", async () => {
    const abort = new AbortController();
    const embedder = await open({ dimensions: 4, dtype: "q8", load: async () => ({ pipeline }) });
    const pipeline: TransformersModule["pipeline"] = async () => async (texts) => {
      abort.abort(new Error(`enough after ${texts[0]}`));
      return { tolist: () => [[1, 0, 0, 0]] };
    };
    const work = embedder.embed(["a", "b"], { ...DOCUMENT, signal: abort.signal });
    await expect(work).rejects.toThrow("enough after a");
  });

  test("have the prefix of their kind", async () => {
    const embedder = await open({ dimensions: 4, queryPrefix: "query: ", documentPrefix: "passage: " });
    await embedder.embed(["a"], DOCUMENT);
    await embedder.embed(["a"], { kind: "query" });
    expect(fake.calls.map(({ texts }) => texts)).toEqual([["passage: a"], ["query: a"]]);
  });
});

describe("the id", () => {
  test("holds everything that changes the vectors", async () => {
    expect((await open()).id).toBe(`transformers.js/${MODEL};d=4;fp32;mean`);
    const options = { dtype: "q8", pooling: "cls", revision: "a1b2", queryPrefix: "query: " } as const;
    expect((await open(options)).id).toBe(`transformers.js/${MODEL}@a1b2;d=4;q8;cls;query="query: "`);
    expect((await open({ id: "mine" })).id).toBe("mine");
  });

  test("does not hold where the model runs or is kept", async () => {
    expect((await open({ device: "cuda", cacheDir: "/models" })).id).toBe((await open()).id);
  });
});
