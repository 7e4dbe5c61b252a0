import { AIMessage, ChatMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import { RunnableWithMessageHistory } from "@langchain/core/runnables";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { expect, it } from "vitest";
import { PersistoChatMessageHistory } from "../src/index.js";
import { describeOnMemories } from "../../../test/lib/describe-on-memories.js";

describeOnMemories("PersistoChatMessageHistory", (place) => {
  const open = (sessionId: string = crypto.randomUUID(), memory = place().memory) =>
    new PersistoChatMessageHistory({ memory, sessionId });
  const contents = async (history: PersistoChatMessageHistory) =>
    (await history.getMessages()).map(({ content }) => content);

  it("gives back every kind of message as it was added, in order", async () => {
    const history = open();
    const messages = [
      new SystemMessage("Be brief."),
      new HumanMessage({ content: "Where is Rome?", id: "m1", name: "ada" }),
      new AIMessage({
        content: "",
        tool_calls: [{ id: "c1", name: "find", args: { place: "Rome", near: [1, null] } }],
      }),
      new ToolMessage({ content: "Italy", tool_call_id: "c1" }),
      new AIMessage({
        content: [{ type: "text", text: "In Italy." }],
        response_metadata: { model: "fake" },
        usage_metadata: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
      }),
      new HumanMessage({
        content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(30_000)}` } }],
      }),
      new ChatMessage("Psst.", "whisperer"),
      new HumanMessage("cut \ud83d, zero \u0000"),
      new HumanMessage({ content: "Deep.", additional_kwargs: nested(40) }),
      new HumanMessage({ content: "Wide.", additional_kwargs: { text: "x".repeat(20_000) } }),
    ];
    await history.addMessages(messages);
    const found = await history.getMessages();
    expect(found.map((message) => message.toDict())).toEqual(messages.map((message) => message.toDict()));
    expect(found[3]).toBeInstanceOf(ToolMessage);
  });

  it("has nothing at first and after it is cleared, and knows no other session", async () => {
    const [history, other] = [open(), open()];
    expect(await history.getMessages()).toEqual([]);
    await history.clear();
    await history.addUserMessage("Hello.");
    await history.addAIMessage("Hi.");
    await other.addUserMessage("Somebody else.");
    expect(await contents(history)).toEqual(["Hello.", "Hi."]);
    await history.clear();
    expect(await history.getMessages()).toEqual([]);
    expect(await contents(other)).toEqual(["Somebody else."]);
    await history.addUserMessage("Again.");
    expect(await contents(history)).toEqual(["Again."]);
  });

  it("keeps the order of messages that nobody waited for", async () => {
    const history = open();
    // Without care the short ones would overtake the long one, which takes long to embed.
    const texts = ["A long story. ".repeat(15_000), ...Array.from({ length: 40 }, (_, index) => `Message ${index}`)];
    await Promise.all(texts.map((text) => history.addUserMessage(text)));
    expect(await contents(history)).toEqual(texts);
  });

  it("keeps the order within every call when several processes write to one session", async () => {
    const sessionId = crypto.randomUUID();
    const calls = Array.from({ length: 8 }, (_, call) => Array.from({ length: 10 }, (__, index) => `${call}:${index}`));
    await Promise.all(calls.map((texts) => open(sessionId).addMessages(texts.map((text) => new HumanMessage(text)))));
    const found = (await contents(open(sessionId))).map(String);
    expect(found).toHaveLength(80);
    for (const [call, texts] of calls.entries()) {
      expect(found.filter((text) => text.startsWith(`${call}:`))).toEqual(texts);
    }
  });

  it("goes on after a write that failed", async () => {
    const history = open();
    const tooLarge = history.addUserMessage("x".repeat(300_000));
    const next = history.addUserMessage("Still here.");
    await expect(tooLarge).rejects.toMatchObject({ status: expect.any(Number) as number });
    await next;
    expect(await contents(history)).toEqual(["Still here."]);
  });

  it("reads sessions of more than one page", async () => {
    const history = open();
    const messages = Array.from({ length: 1_005 }, (_, index) => new HumanMessage(`Message ${index}`));
    await history.addMessages(messages);
    const found = await contents(history);
    expect(found).toHaveLength(1_005);
    expect([found[0], found[4], found[1_004]]).toEqual(["Message 0", "Message 4", "Message 1004"]);
  });

  it("lets its messages be found by meaning, and be kept for a time", async () => {
    const { memory } = place();
    const history = new PersistoChatMessageHistory({ memory, sessionId: crypto.randomUUID(), ttlSeconds: 60 });
    await history.addUserMessage("My dog is called Rex.");
    const { results } = await memory.query({ namespace: history.namespace, query: "What is the dog's name?" });
    expect(results[0]?.content).toBe("My dog is called Rex.");
    expect(results[0]?.expiresAt).not.toBeNull();
  });

  it("serves RunnableWithMessageHistory", async () => {
    const { memory } = place();
    const prompt = ChatPromptTemplate.fromMessages([new MessagesPlaceholder("history"), ["human", "{input}"]]);
    const chain = new RunnableWithMessageHistory({
      runnable: prompt.pipe(new FakeListChatModel({ responses: ["Hello Ada.", "You are Ada."] })),
      getMessageHistory: (sessionId: string) => open(sessionId, memory),
      inputMessagesKey: "input",
      historyMessagesKey: "history",
    });
    const sessionId = crypto.randomUUID();
    const config = { configurable: { sessionId } };
    await chain.invoke({ input: "I am Ada." }, config);
    await chain.invoke({ input: "Who am I?" }, config);
    expect(await contents(open(sessionId, memory))).toEqual(["I am Ada.", "Hello Ada.", "Who am I?", "You are Ada."]);
  });
});

it("needs a session", () => {
  const memory = { query: () => undefined } as never;
  expect(() => new PersistoChatMessageHistory({ memory, sessionId: "" })).toThrow("sessionId: must be a text");
});

function nested(depth: number): Record<string, unknown> {
  return depth === 0 ? {} : { inner: nested(depth - 1) };
}
