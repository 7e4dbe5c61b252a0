import type { Memory, SaveInput } from "@persisto/contract";
import { validateUIMessages, type UIMessage } from "ai";
import { expect, it } from "vitest";
import { createPersistoChatStore } from "../src/index.js";
import { describeOnEveryMemory, freshNamespace } from "./memories.js";

function say(id: string, role: "user" | "assistant", text: string): UIMessage {
  return { id, role, parts: [{ type: "text", text }] };
}

await describeOnEveryMemory("createPersistoChatStore", (memory) => {
  it("loads a chat as it was saved, in order and with every kind of part", async () => {
    const store = createPersistoChatStore({ memory, namespace: freshNamespace() });
    const messages: UIMessage[] = [
      { id: "1", role: "user", metadata: { at: 1, tags: ["a"] }, parts: [{ type: "text", text: "Hi \0 \ud800 😀" }] },
      {
        id: "2",
        role: "assistant",
        parts: [
          { type: "step-start" },
          {
            type: "tool-lookUp",
            toolCallId: "c",
            state: "output-available",
            input: { city: "Lisbon" },
            output: { rain: true },
          },
          { type: "text", text: 'It "rains" \\ <there>.', state: "done" },
        ],
      },
      { id: "3", role: "user", parts: [{ type: "file", mediaType: "image/png", url: `data:,${"😀x".repeat(9_000)}` }] },
      ...Array.from({ length: 12 }, (_, index) => say(`n${index}`, "assistant", `Message ${index}.`)),
    ];
    await store.saveChat({ chatId: "first", messages });
    const loaded = await store.loadChat("first");
    expect(loaded).toEqual(messages);
    expect(await validateUIMessages({ messages: loaded })).toEqual(messages);
  });

  it("keeps chats and namespaces apart, and knows nothing of a new chat", async () => {
    const [mine, others] = [freshNamespace(), freshNamespace()];
    const store = createPersistoChatStore({ memory, namespace: mine });
    expect(await store.loadChat("a")).toEqual([]);
    await store.saveChat({ chatId: "a", messages: [say("1", "user", "In a.")] });
    await store.saveChat({ chatId: "a/0", messages: [say("1", "user", "In another.")] });
    expect(await store.loadChat("a")).toEqual([say("1", "user", "In a.")]);
    expect(await createPersistoChatStore({ memory, namespace: others }).loadChat("a")).toEqual([]);
    expect([await store.deleteChat("a"), await store.deleteChat("a")]).toEqual([true, false]);
    expect(await store.loadChat("a")).toEqual([]);
    expect(await store.loadChat("a/0")).toHaveLength(1);
  });

  it("writes only what is new, and takes back what is gone", async () => {
    const namespace = freshNamespace();
    const batches: number[] = [];
    const counting: Pick<Memory, "list" | "saveMany" | "delete"> = {
      list: (input) => memory.list(input),
      delete: (input) => memory.delete(input),
      saveMany: (inputs: readonly SaveInput[]) => {
        batches.push(inputs.length);
        return memory.saveMany(inputs);
      },
    };
    const store = createPersistoChatStore({ memory: counting, namespace });
    const long = "word ".repeat(5_000);
    const messages = [say("1", "user", "One."), say("2", "assistant", long), say("3", "user", "Three.")];
    await store.saveChat({ chatId: "a", messages: messages.slice(0, 2) });
    await store.saveChat({ chatId: "a", messages });
    await store.saveChat({ chatId: "a", messages });
    expect(batches).toEqual([7, 1]);

    const edited = [messages[0]!, say("4", "assistant", "Short.")];
    await store.saveChat({ chatId: "a", messages: edited });
    expect(await store.loadChat("a")).toEqual(edited);
    expect((await memory.list({ namespace })).memories).toHaveLength(2);
  });

  it("lets chats be searched by what was said in them", async () => {
    const namespace = freshNamespace();
    const store = createPersistoChatStore({ memory, namespace });
    await store.saveChat({ chatId: "trip", messages: [say("1", "user", "The train to Porto leaves at nine.")] });
    await store.saveChat({ chatId: "food", messages: [say("1", "user", "Ramen is my favourite dish.")] });
    const { results } = await memory.query({ namespace, query: "When does the train leave?", k: 1 });
    expect(results[0]).toMatchObject({ content: "The train to Porto leaves at nine.", metadata: { chat: "trip" } });
  });

  it("says when a part of a chat is missing, and minds no other memory", async () => {
    const namespace = freshNamespace();
    const store = createPersistoChatStore({ memory, namespace });
    const messages = [say("1", "user", "word ".repeat(5_000))];
    await store.saveChat({ chatId: "a", messages });
    const { id } = await memory.save({ namespace, content: "A note on chat a.", metadata: { chat: "a" } });
    expect(await store.loadChat("a")).toEqual(messages);
    await memory.delete({ namespace, ids: ["a/0/1"] });
    await expect(store.loadChat("a")).rejects.toThrow("Message 0 of chat a is incomplete; save the chat again.");
    await store.saveChat({ chatId: "a", messages });
    expect(await store.loadChat("a")).toEqual(messages);
    await store.deleteChat("a");
    expect((await memory.list({ namespace })).memories.map((record) => record.id)).toEqual([id]);
  });

  it("refuses a chat id that is none", async () => {
    const store = createPersistoChatStore({ memory, namespace: freshNamespace() });
    for (const chatId of [undefined, ""] as string[]) {
      await expect(store.loadChat(chatId)).rejects.toThrow("chatId: must be a text");
      await expect(store.deleteChat(chatId)).rejects.toThrow("chatId: must be a text");
      await expect(store.saveChat({ chatId, messages: [] })).rejects.toThrow("chatId: must be a text");
    }
  });
});
