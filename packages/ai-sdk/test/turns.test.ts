import { limits } from "@persisto/contract";
import { generateText, ToolLoopAgent, type ModelMessage, type UIMessage } from "ai";
import { expect, it, vi } from "vitest";
import { recallInstructions, rememberTurn } from "../src/index.js";
import { describeOnEveryMemory, freshNamespace } from "./memories.js";
import { mockModel, textOf } from "./mock-model.js";

await describeOnEveryMemory("rememberTurn and recallInstructions", (memory) => {
  it("save a turn when it is finished and bring it into the instructions of the next", async () => {
    const namespace = freshNamespace();
    const messages: ModelMessage[] = [
      { role: "user", content: "Hello." },
      { role: "assistant", content: "Hello." },
      { role: "user", content: [{ type: "text", text: "Ada likes green tea." }] },
    ];
    const { response } = await generateText({ model: mockModel("I will remember that."), messages });
    const saved = await rememberTurn({ memory, namespace, messages: [...messages, ...response.messages] });
    expect((await memory.get({ namespace, id: saved!.id }))!.content).toBe(
      "User: Ada likes green tea.\nAssistant: I will remember that.",
    );

    const model = mockModel("Green tea.");
    const prompt = "Which tea does Ada like?";
    const agent = new ToolLoopAgent({
      model,
      prepareCall: async (call) => ({
        ...call,
        instructions: `Be brief.\n${await recallInstructions({ memory, namespace, prompt })}`,
      }),
    });
    await agent.generate({ prompt });
    const instructions = textOf(model.prompts()[0], "system");
    expect(instructions).toMatch(/^Be brief\.\n<recalled_memories>/);
    expect(instructions).toContain("Ada likes green tea.");
  });

  it("take the messages of a page", async () => {
    const namespace = freshNamespace();
    const messages: UIMessage[] = [
      { id: "1", role: "user", parts: [{ type: "text", text: "Ada lives in Lisbon." }] },
      {
        id: "2",
        role: "assistant",
        parts: [
          { type: "step-start" },
          { type: "text", text: "Noted." },
          { type: "reasoning", text: "A fact." },
          { type: "text", text: "Anything else?" },
        ],
      },
    ];
    await rememberTurn({ memory, namespace, messages, metadata: { source: "chat" } });
    const { memories } = await memory.list({ namespace });
    expect(memories[0]).toMatchObject({
      content: "User: Ada lives in Lisbon.\nAssistant: Noted.\nAnything else?",
      metadata: { source: "chat" },
    });
    const question: UIMessage = { id: "3", role: "user", parts: [{ type: "text", text: "Where does Ada live?" }] };
    const prompt = [...messages, question];
    expect(await recallInstructions({ memory, namespace, prompt })).toContain("Ada lives in Lisbon.");
  });

  it("show as much as they may, best first", async () => {
    const namespace = freshNamespace();
    const contents = ["tea ", "tea and milk "].map((text) => text.repeat(20).trim());
    await memory.saveMany(contents.map((content) => ({ namespace, content })));
    const show = async (maxCharacters: number) => {
      const text = await recallInstructions({
        memory,
        namespace,
        prompt: "tea",
        recall: { maxCharacters, mode: "fuzzy" },
      });
      return text
        .split("\n")
        .slice(2, -1)
        .map((line) => (JSON.parse(line) as { content: string }).content);
    };
    expect((await show(1_000)).toSorted()).toEqual(contents.toSorted());
    expect(await show(100)).toHaveLength(1);
    expect(await show(3)).toEqual(["tea..."]);
  });

  it("have nothing to do without a word of the user's, or in a new namespace", async () => {
    const namespace = freshNamespace();
    expect(await rememberTurn({ memory, namespace, messages: [] })).toBeNull();
    expect(await rememberTurn({ memory, namespace, messages: [{ role: "user", content: " " }] })).toBeNull();
    expect(await recallInstructions({ memory, namespace, prompt: "Where does Ada live?" })).toBe("");
    expect(await recallInstructions({ memory, namespace, prompt: [] })).toBe("");
  });

  it("ask with the beginning of a text that is longer than a query may be", async () => {
    const namespace = freshNamespace();
    await memory.save({ namespace, content: "Ada lives in Lisbon." });
    const onRecallError = vi.fn();
    const prompt = "Where does Ada live? ".repeat(limits.queryBytes / 10);
    expect(await recallInstructions({ memory, namespace, prompt, onRecallError })).toContain("Lisbon");
    expect(onRecallError).not.toHaveBeenCalled();
  });

  it("refuse a namespace that is none", async () => {
    const namespace = undefined as unknown as string;
    await expect(rememberTurn({ memory, namespace, messages: [] })).rejects.toThrow(/^namespace: must be given/);
    await expect(recallInstructions({ memory, namespace, prompt: "" })).rejects.toThrow(/^namespace: must be given/);
  });
});
