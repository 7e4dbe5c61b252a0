import { Embeddings } from "@langchain/core/embeddings";
import { FakeEmbeddings, SyntheticEmbeddings } from "@langchain/core/utils/testing";
import { describeEmbedder } from "@persisto/conformance";
import { expect, test } from "vitest";
import { fromLangChain } from "./from-lang-chain.js";

/** The fakes of LangChain give one vector for all texts, or an empty one for a short text; so this is a model of its own. */
class LetterEmbeddings extends Embeddings {
  constructor() {
    super({});
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.all(texts.map((text) => this.embedQuery(text)));
  }

  async embedQuery(text: string): Promise<number[]> {
    return [text.codePointAt(0) ?? 0, text.length, 3];
  }
}

describeEmbedder("LangChain", () => fromLangChain(new LetterEmbeddings(), { id: "letters;d=3" }));

test("the dimensions are measured when they are not given", async () => {
  const embedder = await fromLangChain(new FakeEmbeddings(), { id: "langchain/fake" });
  expect(embedder).toMatchObject({ id: "langchain/fake", dimensions: 4 });
  expect(await embedder.embed(["a"], { kind: "query" })).toEqual([Float32Array.of(0.1, 0.2, 0.3, 0.4)]);
});

test("LangChain's synthetic embeddings keep their length and order", async () => {
  const synthetic = new SyntheticEmbeddings({ vectorSize: 8 });
  const embedder = await fromLangChain(synthetic, { id: "langchain/synthetic" });
  const texts = ["The user prefers concise summaries.", "The meeting is on Tuesday at nine."];
  expect(embedder.dimensions).toBe(8);
  expect(await embedder.embed(texts, { kind: "document" })).toEqual(
    (await synthetic.embedDocuments(texts)).map((list) => Float32Array.from(list)),
  );
});

test("nothing is embedded before it is needed when they are", async () => {
  const calls: unknown[] = [];
  const embeddings = {
    embedDocuments: async (texts: string[]) => texts.map((text) => (calls.push(["document", text]), [1, 0])),
    embedQuery: async (text: string) => (calls.push(["query", text]), [0, 1]),
  };
  const embedder = await fromLangChain(embeddings, { id: "mine", dimensions: 2, maxTokens: 99 });
  expect(embedder).toMatchObject({ dimensions: 2, maxTokens: 99 });
  expect(calls).toEqual([]);
  expect(await embedder.embed(["a", "b"], { kind: "document" })).toEqual([
    Float32Array.of(1, 0),
    Float32Array.of(1, 0),
  ]);
  expect(await embedder.embed(["q"], { kind: "query" })).toEqual([Float32Array.of(0, 1)]);
  expect(calls).toEqual([
    ["document", "a"],
    ["document", "b"],
    ["query", "q"],
  ]);
});

test("an id is required, because two models could not be told apart", async () => {
  await expect(fromLangChain(new FakeEmbeddings(), { id: " " })).rejects.toThrow(/needs an id that names the model/);
  await expect(fromLangChain(new FakeEmbeddings(), undefined as never)).rejects.toMatchObject({
    code: "invalid_input",
  });
});

test("dimensions that cannot be are refused", async () => {
  const options = { id: "mine", dimensions: 0.5 };
  await expect(fromLangChain(new FakeEmbeddings(), options)).rejects.toThrow(
    /dimensions must be a whole number above 0/,
  );
});
