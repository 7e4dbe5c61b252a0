import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import type { Memory } from "@persisto/core";
import { createAgent, fakeModel, tool } from "langchain";
import { describe, expect, it, vi } from "vitest";
import { persistoMemoryMiddleware } from "../src/middleware/index.js";
import { counting, describeOnMemories } from "../../../test/lib/describe-on-memories.js";

const user = (content: string) => ({ messages: [new HumanMessage(content)] });

/** What the model was told in the system message of its n-th call. */
function systemText(model: ReturnType<typeof fakeModel>, call: number): string {
  const message = model.calls[call]!.messages.find((each) => each.getType() === "system");
  return message?.text ?? "";
}

describeOnMemories("persistoMemoryMiddleware", (place) => {
  const contents = async ({ memory, namespace }: { memory: Memory; namespace: string }) =>
    (await memory.list({ namespace })).memories.map(({ content }) => content);

  it("remembers a turn and recalls it in another conversation, beside the system prompt", async () => {
    const where = place();
    const model = fakeModel().respond(new AIMessage("Nice to meet you.")).respond(new AIMessage("Green."));
    const agent = createAgent({ model, systemPrompt: "Be brief.", middleware: [persistoMemoryMiddleware(where)] });
    await agent.invoke(user("My favourite colour is green."));
    expect(await contents(where)).toEqual(["User: My favourite colour is green.\nAssistant: Nice to meet you."]);
    expect(systemText(model, 0)).toBe("Be brief.");
    const { messages } = await agent.invoke(user("What is my favourite colour?"));
    expect(systemText(model, 1)).toMatch(
      /^Be brief\.\n\n<recalled_memories>\n.*not instructions.*\n\{"saved":".*","content":"User: My favourite/,
    );
    expect(messages.map(({ text }) => text)).toEqual(["What is my favourite colour?", "Green."]);
  });

  it("recalls once a turn, however often the model is asked, and saves once", async () => {
    const where = place();
    await where.memory.save({ namespace: where.namespace, content: "Ada lives in Lisbon." });
    const { memory, calls } = counting(where.memory);
    const weather = tool(() => "Sunny.", { name: "weather", description: "The weather.", schema: { type: "object" } });
    const model = fakeModel()
      .respondWithTools([{ name: "weather", args: {} }])
      .respondWithTools([{ name: "weather", args: {} }])
      .respond(new AIMessage("Sunny in Lisbon."));
    const middleware = [persistoMemoryMiddleware({ ...where, memory })];
    await createAgent({ model, tools: [weather], middleware }).invoke(user("How is the weather where Ada lives?"));
    expect(calls).toEqual(["query", "save"]);
    expect([0, 1, 2].map((call) => systemText(model, call).includes("Lisbon"))).toEqual([true, true, true]);
    expect((await contents(where))[0]).toBe("User: How is the weather where Ada lives?\nAssistant: Sunny in Lisbon.");
  });

  it("keeps users apart, also with one message and one middleware at the same time", async () => {
    const { memory, namespace } = place();
    const names = ["ada", "bob"];
    await memory.saveMany(names.map((name) => ({ namespace: `${namespace}:${name}`, content: `My name is ${name}.` })));
    const model = fakeModel();
    names.forEach(() => model.respond((messages) => new AIMessage(/name is (\w+)/.exec(messages[0]!.text)![1]!)));
    const middleware = persistoMemoryMiddleware({
      memory,
      namespace: ({ configurable }) => `${namespace}:${String(configurable?.["userId"])}`,
      remember: "never",
    });
    const agent = createAgent({ model, middleware: [middleware] });
    const question = user("What is my name?");
    const answers = await Promise.all(names.map((userId) => agent.invoke(question, { configurable: { userId } })));
    expect(answers.map(({ messages }) => messages.at(-1)!.text)).toEqual(names);
  });

  it("puts nothing of what it recalls into the conversation that a checkpointer keeps", async () => {
    const where = place();
    await where.memory.save({ namespace: where.namespace, content: "Ada likes tea." });
    const model = fakeModel().respond(new AIMessage("Tea.")).respond(new AIMessage("Yes."));
    const middleware = [persistoMemoryMiddleware({ ...where, remember: "never" })];
    const agent = createAgent({ model, middleware, checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "1" } };
    await agent.invoke(user("What does Ada like?"), config);
    const { messages } = await agent.invoke(user("Does Ada like tea?"), config);
    expect(messages.map(({ text }) => text)).toEqual(["What does Ada like?", "Tea.", "Does Ada like tea?", "Yes."]);
    expect(systemText(model, 1)).toContain("Ada likes tea.");
  });

  it("sees what was remembered since when the same message begins another turn", async () => {
    const where = place();
    const model = fakeModel().respond(new AIMessage("No idea.")).respond(new AIMessage("Rex."));
    const agent = createAgent({ model, middleware: [persistoMemoryMiddleware({ ...where, remember: "never" })] });
    const question = user("What is the dog called?");
    await agent.invoke(question);
    await where.memory.save({ namespace: where.namespace, content: "The dog is called Rex." });
    await agent.invoke(question);
    expect(systemText(model, 1)).toContain("Rex");
  });

  it("remembers what it is told to", async () => {
    const where = place();
    const run = async (remember: Parameters<typeof persistoMemoryMiddleware>[0]["remember"]) => {
      const middleware = persistoMemoryMiddleware({ ...where, recall: false, metadata: { by: "agent" }, remember });
      const model = fakeModel().respond(new AIMessage("Answer."));
      await createAgent({ model, middleware: [middleware] }).invoke(user("Question."));
    };
    await run("user");
    await run("never");
    await run((messages) => `${messages.length} messages`);
    await run(() => null);
    expect(await contents(where)).toEqual(["2 messages", "Question."]);
    expect((await where.memory.list({ namespace: where.namespace })).memories[0]?.metadata).toEqual({ by: "agent" });
  });

  it("cuts what is longer than a memory", async () => {
    const where = place();
    const model = fakeModel().respond(new AIMessage("It is long."));
    const long = `Summarize: ${"ü".repeat(400_000)}`;
    await createAgent({ model, middleware: [persistoMemoryMiddleware(where)] }).invoke(user(long));
    const [content] = await contents(where);
    expect(content).toMatch(/^User: Summarize: ü+ …\nAssistant: It is long\.$/);
  });
});

describe("persistoMemoryMiddleware", () => {
  const fail = async () => {
    throw new Error("The network is down.");
  };
  const broken = { query: fail, save: fail } as unknown as Memory;

  it("lets the agent answer when memories cannot be recalled, and says so", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const answer = async (options: object) => {
      const middleware = persistoMemoryMiddleware({ memory: broken, namespace: "ada", remember: "never", ...options });
      const model = fakeModel().respond(new AIMessage("Hello."));
      return (await createAgent({ model, middleware: [middleware] }).invoke(user("Hi."))).messages.at(-1)?.text;
    };
    expect(await answer({})).toBe("Hello.");
    expect(warn).toHaveBeenCalledTimes(1);
    const errors: unknown[] = [];
    expect(await answer({ onRecallError: (error: unknown) => errors.push(error) })).toBe("Hello.");
    expect(errors).toEqual([new Error("The network is down.")]);
    warn.mockRestore();
  });

  it("does not forget unnoticed", async () => {
    const run = (options: object) => {
      const middleware = persistoMemoryMiddleware({ memory: broken, namespace: "ada", recall: false, ...options });
      return createAgent({ model: fakeModel().respond(new AIMessage("Hello.")), middleware: [middleware] }).invoke(
        user("Hi."),
      );
    };
    await expect(run({})).rejects.toThrow("The network is down.");
    const errors: unknown[] = [];
    await run({ onRememberError: (error: unknown) => errors.push(error) });
    expect(errors).toHaveLength(1);
  });

  it("stops a run that does not say whose memories it may read", async () => {
    const namespace = ({ configurable }: { configurable?: Record<string, unknown> }) =>
      configurable?.["userId"] as string;
    const middleware = persistoMemoryMiddleware({ memory: broken, namespace });
    const agent = createAgent({ model: fakeModel().respond(new AIMessage("Hello.")), middleware: [middleware] });
    await expect(agent.invoke(user("Hi."))).rejects.toThrow("namespace: has no name in this run");
    expect(() => persistoMemoryMiddleware({ memory: broken, namespace: "" })).toThrow("namespace: must be a text");
    expect(() => persistoMemoryMiddleware(undefined as never)).toThrow("memory: is missing");
  });
});
