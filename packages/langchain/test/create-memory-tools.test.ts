import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { PersistoError, type Memory } from "@persisto/core";
import { createAgent, fakeModel } from "langchain";
import { describe, expect, it } from "vitest";
import { createMemoryTools } from "../src/middleware/index.js";
import { describeOnMemories } from "../../../test/lib/describe-on-memories.js";

function toolsOf(options: Parameters<typeof createMemoryTools>[0]) {
  const [search, manage] = createMemoryTools(options);
  return {
    search: async (query: string) => String(await search!.invoke({ query })),
    manage: async (input: object) => String(await manage!.invoke(input)),
  };
}

describeOnMemories("createMemoryTools", (place) => {
  it("lets a model create, find, update and delete memories", async () => {
    const { memory, namespace } = place();
    const { search, manage } = toolsOf({ memory, namespace, metadata: { by: "model" } });
    expect(await search("tea")).toBe("No memory matches. Try other words, or go on without.");
    const [, id] = /^Created the memory (\S+)\.$/.exec(await manage({ action: "create", content: "Ada likes tea." }))!;
    expect(await memory.get({ namespace, id: id! })).toMatchObject({
      content: "Ada likes tea.",
      metadata: { by: "model" },
    });
    expect(await search("What does Ada like?")).toMatch(
      new RegExp(`^\\{"id":"${id}",.*"content":"Ada likes tea\\."\\}$`, "m"),
    );
    expect(await manage({ action: "update", id, content: "Ada likes coffee." })).toBe(`Updated the memory ${id}.`);
    expect(await search("What does Ada like?")).toContain("coffee");
    expect(await manage({ action: "delete", id })).toBe(`Deleted the memory ${id}.`);
    expect((await memory.list({ namespace })).memories).toEqual([]);
  });

  it("tells the model what is wrong and what to do", async () => {
    const { memory, namespace } = place();
    const { manage } = toolsOf({ memory, namespace });
    expect(await manage({ action: "create" })).toBe("Nothing was done: create needs content.");
    expect(await manage({ action: "update", content: "x" })).toContain("needs the id that search_memory gives");
    expect(await manage({ action: "update", id: "nope", content: "x" })).toMatch(
      /no memory "nope".* Search for the right id/,
    );
    expect(await manage({ action: "delete", id: "nope" })).toMatch(/no memory "nope".* Search for the right id/);
    const long = await manage({ action: "create", content: "x".repeat(300_000) });
    expect(long).toMatch(/^Nothing was done: .*content.* Change the input before you try again\.$/);
    await expect(manage({ action: "burn" })).rejects.toThrow();
  });

  it("reaches no memory of another namespace", async () => {
    const { memory, namespace } = place();
    await memory.save({ namespace: `${namespace}-other`, id: "secret", content: "The code is 1234." });
    const { search, manage } = toolsOf({ memory, namespace });
    expect(await search("code")).toContain("No memory matches");
    expect(await manage({ action: "delete", id: "secret" })).toContain("no memory");
    expect(await manage({ action: "update", id: "secret", content: "x" })).toContain("no memory");
    expect((await memory.get({ namespace: `${namespace}-other`, id: "secret" }))?.content).toBe("The code is 1234.");
  });

  it("serves an agent, with a namespace told by the run", async () => {
    const { memory, namespace } = place();
    const tools = createMemoryTools({
      memory,
      namespace: ({ configurable }) => `${namespace}:${String(configurable?.["userId"])}`,
    });
    const model = fakeModel()
      .respondWithTools([{ name: "manage_memory", args: { action: "create", content: "Ada has a cat." } }])
      .respondWithTools([{ name: "search_memory", args: { query: "cat" } }])
      .respond(new AIMessage("Noted."));
    const agent = createAgent({ model, tools });
    const { messages } = await agent.invoke(
      { messages: [new HumanMessage("I have a cat.")] },
      { configurable: { userId: "ada" } },
    );
    expect(messages.filter((message) => message.getType() === "tool").map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Created the memory/) as string,
      expect.stringContaining("Ada has a cat.") as string,
    ]);
    expect((await memory.list({ namespace: `${namespace}:ada` })).memories).toHaveLength(1);
  });
});

describe("createMemoryTools", () => {
  const failing = (error: Error) => {
    const fail = async () => {
      throw error;
    };
    return { query: fail, save: fail } as unknown as Memory;
  };

  it("gives only the search when the model may not write", () => {
    const tools = createMemoryTools({ memory: failing(new Error("unused")), namespace: "a", readOnly: true });
    expect(tools.map(({ name }) => name)).toEqual(["search_memory"]);
  });

  it("tells the model when trying again may help, and throws what is no error of Persisto", async () => {
    const busy = toolsOf({
      memory: failing(new PersistoError("unavailable", "The database is busy.")),
      namespace: "a",
    });
    expect(await busy.search("x")).toBe(
      "Nothing was done: The database is busy. It may work later; go on without it for now.",
    );
    const bug = toolsOf({ memory: failing(new TypeError("x is not a function")), namespace: "a" });
    await expect(bug.search("x")).rejects.toThrow("x is not a function");
  });
});
