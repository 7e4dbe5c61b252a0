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
    expect(await store.deleteChat("a")).toBe(false);
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

  it("keeps what was saved last when a chat is saved several times at once, and loads it then", async () => {
    const store = createPersistoChatStore({ memory, namespace: freshNamespace() });
    const answers = Array.from({ length: 8 }, (_, index) => `Answer ${index}. `.repeat(index % 2 === 0 ? 1_500 : 1));
    const chats = answers.map((answer, index) => [
      say("1", "user", "Tell me."),
      say("2", "assistant", answer),
      ...Array.from({ length: index % 3 }, (_, more) => say(`more-${more}`, "user", `And ${index}?`)),
    ]);
    const saving = chats.map((messages) => store.saveChat({ chatId: "a", messages }));
    expect(await store.loadChat("a")).toEqual(chats.at(-1));
    await Promise.all(saving);
  });

  it("never mixes two versions of a message, also when two processes save one chat", async () => {
    const namespace = freshNamespace();
    const [mine, other] = [1, 2].map(() => createPersistoChatStore({ memory, namespace }));
    const versions = ["aaaaa ", "bbbbb ", "ccccc "].map((word) => word.repeat(2_000));
    const [first, second, third] = versions.map((text) => [say("1", "assistant", text)]);
    await mine!.saveChat({ chatId: "a", messages: first! });
    // Each changes another piece of what is stored.
    const start = [say("1", "assistant", `Edited. ${versions[0]!.slice(8)}`)];
    const end = [say("1", "assistant", `${versions[0]!.slice(0, -8)} Edited.`)];
    await Promise.all([
      mine!.saveChat({ chatId: "a", messages: start }),
      other!.saveChat({ chatId: "a", messages: end }),
    ]);
    expect([start, end]).toContainEqual(await mine!.loadChat("a"));
    await Promise.all([
      mine!.saveChat({ chatId: "a", messages: second! }),
      other!.saveChat({ chatId: "a", messages: third! }),
    ]);
    expect([second, third]).toContainEqual(await mine!.loadChat("a"));
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

  it("goes on after a save that failed", async () => {
    const namespace = freshNamespace();
    const store = createPersistoChatStore({ memory, namespace });
    const failed = store.saveChat({ chatId: "x".repeat(300), messages: [say("1", "user", "Too long an id.")] });
    await expect(failed).rejects.toMatchObject({ code: "unprocessable" });
    const broken = createPersistoChatStore({
      memory: { list: (input) => memory.list(input), delete: (input) => memory.delete(input), saveMany: fails },
      namespace,
    });
    await expect(broken.saveChat({ chatId: "a", messages: [say("1", "user", "Hi.")] })).rejects.toThrow("no disk");
    expect(await broken.loadChat("a")).toEqual([]);
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

it("writes in requests that a server takes", async () => {
  const sizes: number[] = [];
  const saveMany = async (inputs: readonly SaveInput[]) => {
    sizes.push(Buffer.byteLength(JSON.stringify(inputs)));
    return [];
  };
  const list = async () => ({ memories: [], nextCursor: null });
  const store = createPersistoChatStore({ memory: { list, saveMany, delete: fails }, namespace: "chats" });
  const messages = Array.from({ length: 60 }, (_, index) => say(`${index}`, "user", "語".repeat(80_000)));
  await store.saveChat({ chatId: "a", messages });
  expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThan(24 * 1024 * 1024);
  expect(Math.max(...sizes)).toBeLessThan(16 * 1024 * 1024);
});

async function fails(): Promise<never> {
  throw new Error("no disk");
}
