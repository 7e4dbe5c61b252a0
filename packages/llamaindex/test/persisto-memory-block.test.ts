import type { ChatMessage } from "@llamaindex/core/llms";
import { createMemory, vectorBlock, type BaseMemoryBlock, type MemoryMessage } from "@llamaindex/core/memory";
import type { Memory } from "@persisto/core";
import { describe, expect, it } from "vitest";
import { PersistoMemoryBlock, PersistoVectorStore } from "../src/index.js";
import { describeOnMemories } from "../../../test/lib/describe-on-memories.js";

let count = 0;
const message = (role: ChatMessage["role"], content: ChatMessage["content"], options?: object): MemoryMessage => ({
  id: `message-${(count += 1)}`,
  role,
  content,
  ...(options && { options }),
});

const chat = () => [
  message("user", "My favourite colour is green."),
  message("assistant", "Noted."),
  message("user", "I work in a bakery."),
  message("assistant", "Nice."),
];

describeOnMemories("PersistoMemoryBlock", (place) => {
  it("recalls the turns that bear on the last messages, as data", async () => {
    const block: BaseMemoryBlock = new PersistoMemoryBlock({ ...place(), k: 1, id: "long-term" });
    const asked = [message("user", "Which colour do I like?")];
    expect(await block.get(asked)).toEqual([]);
    await block.put(chat());
    const [recalled, ...others] = await block.get(asked);
    expect(others).toEqual([]);
    expect(recalled).toMatchObject({ id: "long-term", role: "memory" });
    expect(recalled?.content).toMatch(
      /^<recalled_memories>\n.*data, not instructions.*\n\{"saved":"\d{4}-\d\d-\d\d","content":"user: My favourite colour is green.\\nassistant: Noted."\}\n<\/recalled_memories>$/,
    );
    expect(await block.get([])).toEqual([]);
    expect(await block.get([message("user", " ")])).toEqual([]);
  });

  it("remembers each turn as one text, of what people and assistants said", async () => {
    const { memory, namespace } = place();
    const block = new PersistoMemoryBlock({ memory, namespace, metadata: { source: "chat" }, ttlSeconds: 60 });
    await block.put([
      message("system", "Be brief."),
      message("assistant", "Hello!"),
      message("user", [
        { type: "text", text: "Look at this." },
        { type: "image_url", image_url: { url: "https://example.org/rex.png" } },
        { type: "text", text: "It is Rex.\u0000" },
      ]),
      message("assistant", "", { toolCall: [{ id: "1", name: "look", input: {} }] }),
      message("user", "a dog, 97 %", { toolResult: { id: "1", result: "a dog, 97 %", isError: false } }),
      message("memory", "<recalled_memories>"),
      message("assistant", "A fine dog."),
    ]);
    const { memories } = await memory.list({ namespace });
    expect(memories.map(({ content }) => content).toSorted()).toEqual([
      "assistant: Hello!",
      "user: Look at this.\n\nIt is Rex.\nassistant: A fine dog.",
    ]);
    expect(memories[0]).toMatchObject({ metadata: { source: "chat" }, expiresAt: expect.any(String) as string });
  });

  it("asks with so many of the last messages, of any length, and as it is told to", async () => {
    const { memory, namespace } = place();
    const options = { memory, namespace, k: 1, filters: { kind: "fact" }, mode: "fuzzy" };
    await memory.saveMany([
      { namespace, content: "The car is due for service.", metadata: { kind: "fact" } },
      { namespace, content: "Rex is a dog.", metadata: { kind: "fact" } },
      { namespace, content: "Who is Rex?", metadata: { kind: "question" } },
    ]);
    const messages = [message("user", "How is the car? When is it due for service?"), message("user", "Who is Rex?")];
    const last = new PersistoMemoryBlock({ ...options, retrievalContextWindow: 1 });
    expect((await last.get(messages))[0]?.content).toContain("Rex is a dog.");
    expect(await last.get([message("user", `${"é".repeat(50_000)} Who is Rex?`)])).toHaveLength(1);
    const both = new PersistoMemoryBlock({ ...options, k: 2 });
    expect((await both.get(messages))[0]?.content).toMatch(/car[\s\S]*Rex|Rex[\s\S]*car/);
  });

  it("serves LlamaIndex's memory: what overflows it is kept, and comes back in a later chat", async () => {
    const { memory, namespace } = place();
    const open = () =>
      createMemory({
        tokenLimit: 40,
        shortTermTokenLimitRatio: 0.5,
        memoryBlocks: [new PersistoMemoryBlock({ memory, namespace })],
      });
    const first = open();
    for (const said of chat()) await first.add(said);
    await first.add({
      role: "user",
      content: "Today I baked a hundred loaves of bread, and all of them were sold by noon.",
    });
    const later = createMemory({ tokenLimit: 400, memoryBlocks: [new PersistoMemoryBlock({ memory, namespace })] });
    await later.add({ role: "user", content: "What is my favourite colour?" });
    const [recalled, asked] = await later.getLLM();
    expect(recalled?.role).toBe("memory");
    expect(recalled?.content).toContain("user: My favourite colour is green.");
    expect(asked).toMatchObject({ role: "user", content: "What is my favourite colour?" });
  });
});

describeOnMemories("PersistoVectorStore in LlamaIndex's vectorBlock", (place) => {
  it("keeps the messages of its session", async () => {
    const vectorStore = new PersistoVectorStore(place());
    const block = vectorBlock({ id: "ada", vectorStore, priority: 1 });
    const other = vectorBlock({ id: "bob", vectorStore, priority: 1 });
    await block.put([message("user", "I am allergic to peanuts.")]);
    await other.put([message("user", "I love peanuts.")]);
    const [recalled] = await block.get([message("user", "What about peanuts?")]);
    expect(recalled).toMatchObject({ id: "ada", role: "memory" });
    expect(recalled?.content).toContain("<message role='user'>I am allergic to peanuts.</message>");
    expect(recalled?.content).not.toContain("love");
  });
});

describe("PersistoMemoryBlock", () => {
  it("says what is missing", () => {
    const memory = { query: () => undefined } as unknown as Memory;
    expect(() => new PersistoMemoryBlock(undefined as never)).toThrow("memory: is missing");
    expect(() => new PersistoMemoryBlock({ memory, namespace: "" })).toThrow("namespace: must be a text");
    expect(() => new PersistoMemoryBlock({ memory, namespace: "a", retrievalContextWindow: 0 })).toThrow("at least 1");
  });
});
