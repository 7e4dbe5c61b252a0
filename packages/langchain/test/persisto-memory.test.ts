import { PromptTemplate } from "@langchain/core/prompts";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { expect, it } from "vitest";
import { PersistoMemory, PersistoRetriever } from "../src/index.js";
import { describeOnMemories } from "../../../test/lib/describe-on-memories.js";

describeOnMemories("PersistoRetriever", (place) => {
  it("finds passages by meaning and words, without embeddings of LangChain", async () => {
    const { memory, namespace } = place();
    await memory.saveMany([
      { namespace, id: "rex", content: "Rex is a dog of seven years.", metadata: { kind: "pet" } },
      { namespace, id: "car", content: "The car is due for service.", metadata: { kind: "thing" } },
    ]);
    const retriever = new PersistoRetriever({ memory, namespace, k: 1 });
    const [document, ...others] = await retriever.invoke("How old is Rex?");
    expect(others).toEqual([]);
    expect(document).toMatchObject({
      id: "rex",
      pageContent: "Rex is a dog of seven years.",
      metadata: { kind: "pet" },
    });
    const things = new PersistoRetriever({ memory, namespace, mode: "fuzzy", filter: { kind: { $ne: "pet" } } });
    expect((await things.invoke("How old is Rex?")).map(({ id }) => id)).toEqual(["car"]);
    const scored = new PersistoRetriever({ memory, namespace, k: 1, withScores: true });
    const [found] = await scored.invoke("How old is Rex?");
    expect(found?.metadata["persisto"]).toMatchObject({
      score: expect.any(Number) as number,
      chunk: { index: 0, count: 1 },
    });
    expect(await retriever.batch(["Rex", "car"])).toHaveLength(2);
  });

  it("finds nothing where nothing was saved or nothing is asked, and takes questions of any length", async () => {
    const { memory, namespace } = place();
    const retriever = new PersistoRetriever({ memory, namespace });
    expect(await retriever.invoke("anything")).toEqual([]);
    expect(await retriever.invoke(" ")).toEqual([]);
    await memory.save({ namespace, content: "Rex is a dog." });
    expect(await retriever.invoke(`${"é".repeat(50_000)} What is Rex?`)).toHaveLength(1);
  });

  it("tells a wrong filter before anything is asked", () => {
    const { memory, namespace } = place();
    expect(() => new PersistoRetriever({ memory, namespace, filter: { a: { like: "x" } as never } })).toThrow('"like"');
  });
});

describeOnMemories("PersistoMemory", (place) => {
  it("recalls the turns that bear on the input, as data", async () => {
    const memory = new PersistoMemory({ ...place(), k: 1, metadata: { source: "chat" } });
    expect(await memory.loadMemoryVariables({ input: "Hi" })).toEqual({ memory: "" });
    await memory.saveContext({ input: "My favourite colour is green." }, { output: "Noted." });
    await memory.saveContext({ input: "I work in a bakery." }, { output: "Nice." });
    const { memory: text } = await memory.loadMemoryVariables({ input: "Which colour do I like?" });
    expect(text).toMatch(
      /^<recalled_memories>\n.*data, not instructions.*\n\{"saved":"\d{4}-\d\d-\d\d","content":"Human: My favourite colour is green.\\nAI: Noted."\}\n<\/recalled_memories>$/,
    );
  });

  it("gives documents when asked to, under a key of one's own", async () => {
    const options = { memoryKey: "notes", inputKey: "question", outputKey: "answer", returnDocs: true };
    const memory = new PersistoMemory({ ...place(), ...options, metadata: { source: "chat" } });
    expect(memory.memoryKeys).toEqual(["notes"]);
    await memory.saveContext({ question: "Where is Rex?", lang: "en" }, { answer: "In the garden.", other: 1 });
    const { notes } = await memory.loadMemoryVariables({ question: "Rex" });
    expect(notes).toMatchObject([
      { pageContent: "Human: Where is Rex?\nAI: In the garden.", metadata: { source: "chat" } },
    ]);
  });

  it("saves what was said without what was recalled", async () => {
    const { memory, namespace } = place();
    const chat = new PersistoMemory({ memory, namespace });
    await chat.saveContext({ input: "Hello.", memory: "<recalled_memories>" }, { output: "Hi." });
    const { memories } = await memory.list({ namespace });
    expect(memories.map(({ content }) => content)).toEqual(["Human: Hello.\nAI: Hi."]);
  });

  it("serves a chain", async () => {
    const memory = new PersistoMemory(place());
    const chain = PromptTemplate.fromTemplate("{memory}\n{input}").pipe(
      new FakeListChatModel({ responses: ["Hi Ada."] }),
    );
    const inputs = { input: "I am Ada." };
    const { memory: recalled } = await memory.loadMemoryVariables(inputs);
    const { content } = await chain.invoke({ ...inputs, memory: String(recalled) });
    await memory.saveContext(inputs, { output: content });
    expect((await memory.loadMemoryVariables({ input: "Who is Ada?" }))["memory"]).toContain("Hi Ada.");
  });
});
