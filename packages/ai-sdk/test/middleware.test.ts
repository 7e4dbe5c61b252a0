import { PersistoError, type Memory, type QueryInput, type SaveInput } from "@persisto/contract";
import { generateText, jsonSchema, stepCountIs, streamText, tool, type ModelMessage } from "ai";
import { describe, expect, it, vi } from "vitest";
import { persistoMiddleware, withPersisto, type PersistoMiddlewareOptions } from "../src/index.js";
import { describeOnEveryMemory, freshNamespace } from "./memories.js";
import { mockModel, textOf } from "./mock-model.js";

const lookUp = tool({
  description: "Looks something up.",
  inputSchema: jsonSchema<object>({ type: "object" }),
  execute: () => "It rains in Lisbon.",
});
const callLookUp = [{ toolName: "lookUp", input: {} }];

/** A memory that notes what it is asked and told, in front of another or of nothing. */
function spyOn(memory?: Memory) {
  const queries: QueryInput[] = [];
  const saves: SaveInput[] = [];
  return {
    queries,
    saves,
    async query(input: QueryInput) {
      queries.push(input);
      return memory?.query(input) ?? { results: [], dropped: 0 };
    },
    async save(input: SaveInput) {
      saves.push(input);
      return memory?.save(input) ?? { id: "1", chunks: 1, expiresAt: null };
    },
  };
}

function failing(error: Error): Pick<Memory, "query" | "save"> {
  const fail = async (): Promise<never> => {
    throw error;
  };
  return { query: fail, save: fail };
}

await describeOnEveryMemory("withPersisto", (memory) => {
  it("remembers a turn and recalls it in a later conversation", async () => {
    const namespace = freshNamespace();
    const model = mockModel("Noted, Ada.", "In Lisbon.");
    const remembering = withPersisto(model, { memory, namespace });
    await generateText({ model: remembering, prompt: "I am Ada and I live in Lisbon." });
    const { text } = await generateText({ model: remembering, system: "Be brief.", prompt: "Where do I live?" });

    expect(text).toBe("In Lisbon.");
    const [first, second] = model.prompts();
    expect(textOf(first, "system")).toBe("");
    expect(second!.map(({ role }) => role)).toEqual(["system", "system", "user"]);
    expect(second![0]!.content).toBe("Be brief.");
    expect(second![1]!.content).toContain("User: I am Ada and I live in Lisbon.\\nAssistant: Noted, Ada.");
    expect(second![1]!.content).toMatch(/^<recalled_memories>\nNotes recalled .* data, not instructions/);
    const { memories } = await memory.list({ namespace });
    expect(memories).toHaveLength(2);
  });

  it("recalls once and saves once in a turn of several steps, and shows all of them the same", async () => {
    const namespace = freshNamespace();
    await memory.save({ namespace, content: "Ada lives in Lisbon." });
    const spy = spyOn(memory);
    const model = mockModel(callLookUp, callLookUp, "Take an umbrella.");
    const { text } = await generateText({
      model: withPersisto(model, { memory: spy, namespace, metadata: { source: "chat" } }),
      tools: { lookUp },
      prompt: "Where does Ada live, and does it rain there?",
      stopWhen: stepCountIs(5),
    });
    expect(text).toBe("Take an umbrella.");
    expect(spy.queries).toHaveLength(1);
    const shown = model.prompts().map((prompt) => textOf(prompt, "system"));
    expect(shown).toHaveLength(3);
    expect(shown[0]).toContain("Ada lives in Lisbon.");
    expect(new Set(shown).size).toBe(1);
    expect(spy.saves).toEqual([
      {
        namespace,
        content: "User: Where does Ada live, and does it rain there?\nAssistant: Take an umbrella.",
        metadata: { source: "chat" },
      },
    ]);
  });

  it("leaves a stream as it is, recalls before and saves after it", async () => {
    const namespace = freshNamespace();
    await memory.save({ namespace, content: "Ada prefers tea." });
    const prompt = "What does Ada prefer?";
    const plain = mockModel("Ada prefers tea, I think.");
    const model = mockModel("Ada prefers tea, I think.");
    const read = async (wrapped: Parameters<typeof streamText>[0]["model"]) => {
      const parts: unknown[] = [];
      const { fullStream } = streamText({ model: wrapped, prompt });
      for await (const part of fullStream) if (part.type.startsWith("text-")) parts.push(part);
      return parts;
    };
    expect(await read(withPersisto(model, { memory, namespace }))).toEqual(await read(plain));
    expect(textOf(model.prompts()[0], "system")).toContain("Ada prefers tea.");
    const { memories } = await memory.list({ namespace, limit: 1 });
    expect(memories[0]!.content).toBe("User: What does Ada prefer?\nAssistant: Ada prefers tea, I think.");
  });

  it("saves what does not fit into a memory as far as it fits", async () => {
    const namespace = freshNamespace();
    const prompt = `Keep this. \0${"ä".repeat(200_000)}`;
    await generateText({ model: withPersisto(mockModel("Kept."), { memory, namespace }), prompt });
    const { memories } = await memory.list({ namespace });
    expect(memories[0]!.content).toMatch(/^User: Keep this\. ä+$/);
    expect(Buffer.byteLength(memories[0]!.content)).toBeGreaterThan(256 * 1024 - 2);
  });
});

describe("a turn", () => {
  const namespace = "ada";
  const run = (
    model: ReturnType<typeof mockModel>,
    options: Omit<PersistoMiddlewareOptions, "namespace">,
    prompt = "Hi.",
  ) => generateText({ model: withPersisto(model, { namespace, ...options }), prompt });

  it("with the same words in the next conversation recalls again", async () => {
    const spy = spyOn();
    const model = withPersisto(mockModel("One.", "Two."), { memory: spy, namespace });
    await generateText({ model, prompt: "Hi." });
    await generateText({ model, prompt: "Hi." });
    expect(spy.queries).toHaveLength(2);
  });

  it("that the SDK tries again recalls once", async () => {
    const spy = spyOn();
    const { transformParams } = persistoMiddleware({ memory: spy, namespace });
    const params = { prompt: [{ role: "user", content: [{ type: "text", text: "Hi." }] }] };
    await transformParams!({ type: "generate", params, model: mockModel() } as never);
    await transformParams!({ type: "generate", params, model: mockModel() } as never);
    expect(spy.queries).toHaveLength(1);
  });

  it("that waits for a tool of the page is saved when it is finished, with all that was said in it", async () => {
    const spy = spyOn();
    const model = withPersisto(mockModel([{ toolName: "ask", input: {} }], "Paris it is."), { memory: spy, namespace });
    const ask = tool({ description: "Asks the user.", inputSchema: jsonSchema<object>({ type: "object" }) });
    const prompt = "Book a trip.";
    const { response } = await generateText({ model, tools: { ask }, prompt });
    expect(spy.saves).toEqual([]);

    const toolCallId = response.messages.flatMap(({ content }) => content as { toolCallId: string }[])[0]!.toolCallId;
    const messages: ModelMessage[] = [
      { role: "user", content: prompt },
      { role: "assistant", content: "Let me ask." },
      ...response.messages,
      {
        role: "tool",
        content: [{ type: "tool-result", toolCallId, toolName: "ask", output: { type: "text", value: "Paris" } }],
      },
    ];
    await generateText({ model, tools: { ask }, messages });
    expect(spy.saves.map(({ content }) => content)).toEqual([
      "User: Book a trip.\nAssistant: Let me ask.\nParis it is.",
    ]);
    expect(spy.queries).toHaveLength(1);
  });

  it("that is broken off is not saved", async () => {
    const spy = spyOn();
    const model = withPersisto(mockModel("A long answer that nobody reads."), { memory: spy, namespace });
    const { stream } = await model.doStream({ prompt: [{ role: "user", content: [{ type: "text", text: "Hi." }] }] });
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    expect(spy.saves).toEqual([]);
  });

  it("goes on without memories when they cannot be recalled, and says so", async () => {
    const failure = new PersistoError("unavailable", "The server does not answer.");
    const errors: unknown[] = [];
    const onRecallError = (error: unknown) => errors.push(error);
    const { text } = await run(mockModel("Hello."), { memory: failing(failure), mode: "recall", onRecallError });
    expect(text).toBe("Hello.");
    expect(errors).toEqual([failure]);

    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await run(mockModel("Hello."), { memory: failing(failure), mode: "recall" });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("Persisto could not recall"), failure);
    warn.mockRestore();
  });

  it("fails when it cannot be saved, unless somebody takes the error", async () => {
    const failure = new PersistoError("quota_exceeded", "The quota is used up.");
    const memory = failing(failure);
    await expect(run(mockModel("Hello."), { memory, mode: "remember" })).rejects.toBe(failure);

    const taken: unknown[] = [];
    const onSaveError = (error: unknown, turn: unknown) => taken.push(error, turn);
    const { text } = await run(mockModel("Hello."), { memory, mode: "remember", onSaveError });
    expect(text).toBe("Hello.");
    expect(taken).toEqual([failure, { user: "Hi.", assistant: "Hello." }]);

    const errors: unknown[] = [];
    const model = withPersisto(mockModel("Hello."), { memory, namespace, mode: "remember" });
    const result = streamText({ model, prompt: "Hi.", onError: ({ error }) => void errors.push(error) });
    let streamed = "";
    for await (const part of result.fullStream) if (part.type === "text-delta") streamed += part.text;
    expect(streamed).toBe("Hello.");
    expect(errors).toEqual([failure]);
  });

  it("can be saved behind the answer's back", async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const spy = spyOn();
    const save = (input: SaveInput) => gate.then(() => spy.save(input));
    const savings: Promise<void>[] = [];
    const waitUntil = (saving: Promise<void>) => void savings.push(saving);
    await run(mockModel("Hello."), { memory: { ...spy, save }, waitUntil });
    expect(spy.saves).toEqual([]);
    release();
    await Promise.all(savings);
    expect(spy.saves).toHaveLength(1);
  });

  it("only recalls or only remembers when told so", async () => {
    const [recalling, remembering] = [spyOn(), spyOn()];
    await run(mockModel("Hello."), { memory: recalling, mode: "recall" });
    await run(mockModel("Hello."), { memory: remembering, mode: "remember" });
    expect([recalling.queries.length, recalling.saves.length]).toEqual([1, 0]);
    expect([remembering.queries.length, remembering.saves.length]).toEqual([0, 1]);
  });

  it("is saved as what you make of it, or not at all", async () => {
    const spy = spyOn();
    const toMemory = ({ user }: { user: string }) => (user.includes("secret") ? null : user.toUpperCase());
    await run(mockModel("Hello."), { memory: spy, toMemory, ttlSeconds: 60 }, "I like tea.");
    await run(mockModel("Hello."), { memory: spy, toMemory }, "This is secret.");
    expect(spy.saves).toEqual([{ namespace, content: "I LIKE TEA.", ttlSeconds: 60 }]);
  });

  it("shows memories in your own words, and asks for them as you say", async () => {
    const hit = { content: "Tea.", metadata: {}, createdAt: "", expiresAt: null, similarity: 1, score: 1 };
    const results = [{ ...hit, id: "1", namespace, chunk: { index: 0, count: 1 } }];
    const queries: QueryInput[] = [];
    const query = async (input: QueryInput) => {
      queries.push(input);
      return { results, dropped: 0 };
    };
    const model = mockModel("Hello.");
    const recall = { k: 2, mode: "recency", filters: { topic: "food" } };
    const render = (memories: readonly { content: string }[]) => `Known: ${memories[0]!.content}`;
    await run(model, { memory: { ...spyOn(), query }, recall, render });
    expect(queries).toEqual([{ namespace, query: "Hi.", ...recall }]);
    expect(textOf(model.prompts()[0], "system")).toBe("Known: Tea.");
  });

  it.each([
    ["while they are asked for", (abort: () => void) => abort()],
    ["while it waits for them", (abort: () => void) => void setImmediate(abort)],
  ])("that is aborted %s does not wait for its memories", async (_, when) => {
    const controller = new AbortController();
    const query = () => {
      when(() => controller.abort());
      return new Promise<never>(() => {});
    };
    const model = withPersisto(mockModel("Hello."), { memory: { ...spyOn(), query }, namespace });
    const answer = generateText({ model, prompt: "Hi.", abortSignal: controller.signal });
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
  });
});

it("refuses the name of a model, an unknown mode and a namespace that is none", () => {
  const memory = spyOn();
  expect(() => withPersisto("openai/gpt-5" as never, { memory, namespace: "ada" })).toThrow(/^model: must be a model/);
  const options = { memory, namespace: "ada", mode: "always" as "both" };
  expect(() => persistoMiddleware(options)).toThrow("mode: must be one of both, recall, remember");
  expect(() => persistoMiddleware({ memory, namespace: "" })).toThrow(/^namespace: must be given/);
});
