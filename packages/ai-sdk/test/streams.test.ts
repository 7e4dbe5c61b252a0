import type { Memory, SaveInput } from "@persisto/contract";
import { simulateReadableStream, streamText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { describe, expect, it } from "vitest";
import { withPersisto } from "../src/index.js";
import { usage, type Result, type StreamPart } from "./mock-model.js";

type FinishReason = Result["finishReason"]["unified"];

const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "Hi." }] }];

/** A memory without memories, that notes what it is told. */
function emptyMemory(): Pick<Memory, "query" | "save"> & { saves: SaveInput[] } {
  const saves: SaveInput[] = [];
  return {
    saves,
    query: async () => ({ results: [], dropped: 0 }),
    async save(input) {
      saves.push(input);
      return { id: "1", chunks: 1, expiresAt: null };
    },
  };
}

function streaming(stream: () => ReadableStream<StreamPart>): MockLanguageModelV4 {
  const more = { request: { body: "asked" }, response: { headers: { "x-answer": "1" } } };
  return new MockLanguageModelV4({ doStream: async () => ({ stream: stream(), ...more }) });
}

function whole(chunks: StreamPart[]): ReadableStream<StreamPart> {
  return simulateReadableStream({ chunks, chunkDelayInMs: null });
}

function finish(unified: FinishReason): StreamPart {
  return { type: "finish", finishReason: { unified, raw: undefined }, usage };
}

/** Reads what is there, and why it ended early if it did. */
async function read(stream: ReadableStream<StreamPart>): Promise<{ parts: StreamPart[]; error?: unknown }> {
  const parts: StreamPart[] = [];
  try {
    for await (const part of stream) parts.push(part);
    return { parts };
  } catch (error) {
    return { parts, error };
  }
}

const said: StreamPart[] = [
  { type: "stream-start", warnings: [] },
  { type: "response-metadata", id: "r", modelId: "m", timestamp: new Date(0) },
  { type: "reasoning-start", id: "0" },
  { type: "reasoning-delta", id: "0", delta: "Hm." },
  { type: "reasoning-end", id: "0" },
  { type: "text-start", id: "1" },
  { type: "text-delta", id: "1", delta: "Hello" },
  { type: "text-start", id: "2" },
  { type: "text-delta", id: "2", delta: "How are you?", providerMetadata: { acme: { index: 2 } } },
  { type: "text-delta", id: "1", delta: ", Ada." },
  { type: "text-end", id: "1" },
  { type: "text-end", id: "2" },
  { type: "source", sourceType: "url", id: "s", url: "https://example.org" },
  { type: "raw", rawValue: { any: ["thing"] } },
];

describe("a stream", () => {
  it("passes part by part as it is, with what comes beside it, and is saved at its end", async () => {
    const memory = emptyMemory();
    const parts = [...said, finish("stop")];
    const model = withPersisto(
      streaming(() => whole(parts)),
      { memory, namespace: "ada" },
    );
    const { stream, request, response } = await model.doStream({ prompt });
    const seen = await read(stream);
    expect(seen.parts).toHaveLength(parts.length);
    seen.parts.forEach((part, index) => expect(part).toBe(parts[index]));
    expect([request, response]).toEqual([{ body: "asked" }, { headers: { "x-answer": "1" } }]);
    expect(memory.saves.map(({ content }) => content)).toEqual(["User: Hi.\nAssistant: Hello, Ada.\nHow are you?"]);
  });

  it("gives each part when it comes, not at the end", async () => {
    let send!: ReadableStreamDefaultController<StreamPart>;
    const source = new ReadableStream<StreamPart>({ start: (controller) => void (send = controller) });
    const model = withPersisto(
      streaming(() => source),
      { memory: emptyMemory(), namespace: "ada" },
    );
    const reader = (await model.doStream({ prompt })).stream.getReader();
    for (const part of said) {
      send.enqueue(part);
      expect((await reader.read()).value).toBe(part);
    }
    await reader.cancel();
  });

  it("that breaks in the middle breaks with the same error, and is not saved", async () => {
    const memory = emptyMemory();
    const failure = new Error("The line was cut.");
    const queue = [...said];
    const broken = () =>
      new ReadableStream<StreamPart>({
        pull(controller) {
          const part = queue.shift();
          if (part === undefined) controller.error(failure);
          else controller.enqueue(part);
        },
      });
    const model = withPersisto(streaming(broken), { memory, namespace: "ada" });
    expect(await read((await model.doStream({ prompt })).stream)).toEqual({ parts: said, error: failure });
    expect(memory.saves).toEqual([]);
  });

  it("that cannot be begun fails as the model does", async () => {
    const failure = new Error("The model is asleep.");
    const sleeping = streaming(() => {
      throw failure;
    });
    const model = withPersisto(sleeping, { memory: emptyMemory(), namespace: "ada" });
    await expect(model.doStream({ prompt })).rejects.toBe(failure);
  });

  it("that is aborted is not saved, even if the model goes on to its end", async () => {
    const memory = emptyMemory();
    const controller = new AbortController();
    const model = withPersisto(
      streaming(() => whole([...said, finish("stop")])),
      { memory, namespace: "ada" },
    );
    const { stream } = await model.doStream({ prompt, abortSignal: controller.signal });
    controller.abort();
    await read(stream);
    expect(memory.saves).toEqual([]);
  });

  it("that streamText aborts is not saved", async () => {
    const memory = emptyMemory();
    const controller = new AbortController();
    const model = withPersisto(
      streaming(() => whole([...said, finish("stop")])),
      { memory, namespace: "ada" },
    );
    const { fullStream } = streamText({ model, prompt: "Hi.", abortSignal: controller.signal, onError: () => {} });
    const types: string[] = [];
    for await (const { type } of fullStream) {
      types.push(type);
      if (type === "text-delta") controller.abort();
    }
    expect(types).toContain("abort");
    expect(memory.saves).toEqual([]);
  });
});

describe("a turn is not finished", () => {
  const call: Result["content"][number] = { type: "tool-call", toolCallId: "c", toolName: "look", input: "{}" };
  const text: Result["content"][number] = { type: "text", text: "Let me see." };
  const asked = { type: "tool-approval-request", approvalId: "a", toolCallId: "c" } as const;

  it.each<{ why: string; content: Result["content"]; reason: FinishReason }>([
    { why: "by a call of a tool", content: [text, call], reason: "tool-calls" },
    { why: "by a call of a tool that the provider calls a stop", content: [text, call], reason: "stop" },
    {
      why: "while a tool of the provider waits for leave",
      content: [text, { ...call, providerExecuted: true }, asked],
      reason: "stop",
    },
    { why: "by an error", content: [text], reason: "error" },
    { why: "by a content filter", content: [text], reason: "content-filter" },
  ])("$why", async ({ content, reason }) => {
    const memory = emptyMemory();
    const finishReason = { unified: reason, raw: undefined };
    const mock = new MockLanguageModelV4({
      doGenerate: async () => ({ content, finishReason, usage, warnings: [] }),
      doStream: async () => ({
        stream: whole([...said, ...content.filter(({ type }) => type !== "text"), finish(reason)] as StreamPart[]),
      }),
    });
    const model = withPersisto(mock, { memory, namespace: "ada" });
    await model.doGenerate({ prompt });
    await read((await model.doStream({ prompt })).stream);
    expect(memory.saves).toEqual([]);
  });

  it("by a stream with an error in it, whatever it ends with", async () => {
    const memory = emptyMemory();
    const parts: StreamPart[] = [...said, { type: "error", error: new Error("Overloaded.") }, finish("stop")];
    const model = withPersisto(
      streaming(() => whole(parts)),
      { memory, namespace: "ada" },
    );
    expect((await read((await model.doStream({ prompt })).stream)).parts).toEqual(parts);
    expect(memory.saves).toEqual([]);
  });
});

it("a turn is finished by an answer that had to be cut, and by one after a tool that the provider ran", async () => {
  const memory = emptyMemory();
  const call = { type: "tool-call", toolCallId: "c", toolName: "look", input: "{}", providerExecuted: true } as const;
  const mock = new MockLanguageModelV4({
    doGenerate: async () => ({
      content: [call, { type: "text", text: "It rains" }],
      finishReason: { unified: "length", raw: undefined },
      usage,
      warnings: [],
    }),
  });
  await withPersisto(mock, { memory, namespace: "ada" }).doGenerate({ prompt });
  expect(memory.saves.map(({ content }) => content)).toEqual(["User: Hi.\nAssistant: It rains"]);
});
