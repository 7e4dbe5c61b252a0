import {
  createPersistoChatStore,
  persistoAnthropicMemory,
  persistoTools,
  recallInstructions,
  rememberTurn,
  withPersisto,
} from "@persisto/ai-sdk";
import { createPersisto, isPersistoError } from "@persisto/core";
import { generateText, stepCountIs, streamText, type UIMessage } from "ai";
import { MockLanguageModelV3 } from "ai/test";

const memory = await createPersisto();
const namespace = "user:ada";
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const finishReason = { unified: "stop", raw: undefined } as const;
const plain = new MockLanguageModelV3({
  doGenerate: async () => ({ content: [{ type: "text", text: "Noted." }], finishReason, usage, warnings: [] }),
  doStream: async () => ({
    stream: new ReadableStream({
      start(controller) {
        controller.enqueue({ type: "text-start", id: "1" });
        controller.enqueue({ type: "text-delta", id: "1", delta: "In Lisbon." });
        controller.enqueue({ type: "text-end", id: "1" });
        controller.enqueue({ type: "finish", finishReason, usage });
        controller.close();
      },
    }),
  }),
});
const model = withPersisto(plain, { memory, namespace });
const tools = persistoTools({ memory, namespace });
await generateText({ model, tools, stopWhen: stepCountIs(3), prompt: "I am Ada, and I live in Lisbon." });
let text = "";
for await (const delta of streamText({ model, prompt: "Where do I live?" }).textStream) text += delta;
if (text !== "In Lisbon.") throw new Error(`the stream said ${text}`);
const shown = JSON.stringify(plain.doStreamCalls[0]?.prompt);
if (!shown.includes("I am Ada, and I live in Lisbon.")) throw new Error(`the model was shown ${shown}`);
const { memories } = await memory.list({ namespace });
if (memories.length !== 2) throw new Error(`${memories.length} turns were saved`);

const messages: UIMessage[] = [{ id: "1", role: "user", parts: [{ type: "text", text: "I like tea." }] }];
const chats = createPersistoChatStore({ memory, namespace: "chats:ada" });
await chats.saveChat({ chatId: "a", messages });
if ((await chats.loadChat("a"))[0]?.id !== "1") throw new Error("the chat was lost");
await rememberTurn({ memory, namespace, messages });
const instructions = await recallInstructions({ memory, namespace, prompt: "What do I like?" });
if (!instructions.includes("I like tea.")) throw new Error(`recalled ${instructions}`);
const files = persistoAnthropicMemory({ memory, namespace: "files:ada" });
await files.execute({ command: "create", path: "/memories/a.txt", file_text: "tea" });
if (!(await files.execute({ command: "view", path: "/memories" })).includes("a.txt")) throw new Error("lost a file");

let error: unknown;
try {
  persistoTools({ memory, namespace: "" });
} catch (thrown) {
  error = thrown;
}
if (!isPersistoError(error)) throw new Error(`refused with ${String(error)}`);
await memory.close();
