import { anthropic } from "@ai-sdk/anthropic";
import { PersistoError } from "@persisto/contract";
import { generateText, stepCountIs } from "ai";
import { expect, it } from "vitest";
import { persistoAnthropicMemory, type AnthropicMemoryCommand } from "../src/index.js";
import { describeOnEveryMemory, freshNamespace } from "./memories.js";
import { mockModel, textOf } from "./mock-model.js";

await describeOnEveryMemory("persistoAnthropicMemory", (memory) => {
  function open(namespace = freshNamespace()) {
    const { execute } = persistoAnthropicMemory({ memory, namespace });
    const create = (path: string, text: string) => execute({ command: "create", path, file_text: text });
    const view = (path: string) => execute({ command: "view", path });
    return { execute, create, view, namespace };
  }

  it("is what Anthropic's tool is made with, and keeps files from one conversation to the next", async () => {
    const namespace = freshNamespace();
    const ask = async (...commands: AnthropicMemoryCommand[]) => {
      const model = mockModel(...commands.map((input) => [{ toolName: "memory", input }]), "Done.");
      const tools = { memory: anthropic.tools.memory_20250818(persistoAnthropicMemory({ memory, namespace })) };
      await generateText({ model, tools, prompt: "Go.", stopWhen: stepCountIs(commands.length + 1) });
      return textOf(model.prompts().at(-1), "tool");
    };
    const path = "/memories/ada.md";
    expect(await ask({ command: "view", path: "/memories" })).toContain("0B\\t/memories");
    const created = await ask({ command: "create", path, file_text: "Ada likes tea." });
    expect(created).toContain("File created successfully at: /memories/ada.md");
    expect(await ask({ command: "view", path })).toContain("     1\\tAda likes tea.");
    const { results } = await memory.query({ namespace, query: "What does Ada like?" });
    expect(results[0]).toMatchObject({ id: path, content: "Ada likes tea." });
  });

  it("shows folders two levels deep with sizes, and files with line numbers", async () => {
    const { execute, create, view } = open();
    await create("/memories/a.txt", "one\ntwo\nthree");
    await create("/memories/work/plan.md", "x".repeat(2048));
    await create("/memories/work/old/2025.md", "");
    expect((await view("/memories/")).split("\n")).toEqual([
      "Here're the files and directories up to 2 levels deep in /memories:",
      "2.0K\t/memories",
      "13B\t/memories/a.txt",
      "2.0K\t/memories/work/",
      "0B\t/memories/work/old/",
      "2.0K\t/memories/work/plan.md",
    ]);
    expect(await view("/memories/work/old/2025.md")).toContain("with line numbers:\n     1\t");
    const some = await execute({ command: "view", path: "/memories/a.txt", view_range: [2, -1] });
    expect(some.split("\n").slice(1)).toEqual(["     2\ttwo", "     3\tthree"]);
    const beyond = await execute({ command: "view", path: "/memories/a.txt", view_range: [4, 5] });
    expect(beyond).toContain("Invalid view_range [4, 5]. The file has 3 lines");
    expect(await view("/memories/b.txt")).toContain("The path /memories/b.txt does not exist");
  });

  it("replaces exactly one place of a file", async () => {
    const { execute, create, view } = open();
    const path = "/memories/a.txt";
    await create(path, "red\ngreen\nred");
    const replace = (old: string, replacement: string) =>
      execute({ command: "str_replace", path, old_str: old, new_str: replacement });
    expect(await replace("red", "blue")).toContain("Multiple occurrences of old_str `red` in lines: 1, 3.");
    expect(await replace("pink", "blue")).toContain("did not appear verbatim in /memories/a.txt");
    expect(await replace("", "blue")).toContain("must not be empty");
    expect(await replace("green\nred", "$& and $1")).toContain("     2\t$& and $1");
    expect(await view(path)).toContain("     1\tred\n     2\t$& and $1");
  });

  it("inserts lines at any place of a file, also of an empty one", async () => {
    const { execute, create, view } = open();
    const path = "/memories/a.txt";
    await create(path, "");
    const insert = (line: number, text: string) =>
      execute({ command: "insert", path, insert_line: line, insert_text: text });
    await insert(0, "two");
    await insert(0, "one\n");
    await insert(2, "three\nfour");
    expect(await view(path)).toContain("     1\tone\n     2\ttwo\n     3\tthree\n     4\tfour");
    expect(await insert(5, "no")).toContain("Invalid `insert_line` parameter: 5.");
  });

  it("refuses arguments that are missing, and leaves the file as it is", async () => {
    const { execute, create, view } = open();
    const path = "/memories/a.txt";
    await create(path, "red");
    const incomplete = [
      { command: "create", path: "/memories/b.txt" },
      { command: "str_replace", path, new_str: "blue" },
      { command: "str_replace", path, old_str: "red" },
      { command: "insert", path, insert_line: 0 },
      { command: "delete" },
    ] as AnthropicMemoryCommand[];
    const answers = await Promise.all(incomplete.map((command) => execute(command)));
    expect(answers).toEqual(
      ["file_text", "old_str", "new_str", "insert_text", "path"].map((field) => `Error: ${field} must be a text`),
    );
    expect(await execute({ command: "view", path, view_range: null })).toBe(await view(path));
    expect(await view(path)).toContain("     1\tred");
    expect(await view("/memories")).not.toContain("b.txt");
  });

  it("keeps every edit when a model makes several at once", async () => {
    const { execute, create, view } = open();
    const path = "/memories/a.txt";
    await create(path, "0");
    const edits = ["1", "2", "3", "4"].map((text) =>
      execute({ command: "insert", path, insert_line: 0, insert_text: text }),
    );
    await Promise.all(edits);
    expect(await view(path)).toContain("     1\t4\n     2\t3\n     3\t2\n     4\t1\n     5\t0");
  });

  it("deletes and renames files and whole folders, and never a neighbour of like name", async () => {
    const { execute, create, view } = open();
    for (const path of ["/memories/a/1", "/memories/a/b/2", "/memories/ab"]) await create(path, path);
    const rename = (from: string, to: string) => execute({ command: "rename", old_path: from, new_path: to });
    expect(await rename("/memories/a", "/memories/ab")).toBe("Error: The destination /memories/ab already exists");
    expect(await rename("/memories/a", "/memories/a/c")).toContain("cannot be renamed");
    expect(await rename("/memories/a", "/memories/c")).toBe("Successfully renamed /memories/a to /memories/c");
    expect(await view("/memories/c/b/2")).toContain("/memories/a/b/2");
    expect(await view("/memories/a")).toContain("does not exist");
    expect(await view("/memories/ab")).toContain("     1\t/memories/ab");
    expect(await rename("/memories/ab", "/memories/d")).toBe("Successfully renamed /memories/ab to /memories/d");

    const remove = (path: string) => execute({ command: "delete", path });
    expect(await remove("/memories/c")).toBe("Successfully deleted /memories/c");
    expect(await remove("/memories/c")).toContain("does not exist");
    expect(await remove("/memories")).toContain("cannot be deleted");
    expect(await view("/memories")).toContain("12B\t/memories\n12B\t/memories/d");
  });

  it("gives each file one name, and stays below /memories", async () => {
    const { create, view } = open();
    for (const path of ["/etc/passwd", "/memories/../x", "/memories/./x", "/memories//x", "/memoriesx", "memories/x"]) {
      expect(await create(path, "x")).toContain("is not allowed");
    }
    expect(await create(`/memories/${"x".repeat(300)}`, "x")).toContain("longer than 256 bytes");
    await create("/memories/a", "x");
    expect(await create("/memories/a", "y")).toBe("Error: File /memories/a already exists");
    expect(await create("/memories/a/b", "y")).toContain("/memories/a is a file, not a directory");
    await create("/memories/f/g", "x");
    expect(await create("/memories/f", "y")).toContain("/memories/f already exists");
    expect(await view("/memories/a")).toContain("     1\tx");
  });

  it("keeps the files of a namespace from all others, and other memories of its own out of sight", async () => {
    const [mine, others] = [open(), open()];
    await others.create("/memories/secret", "swordfish");
    await memory.save({ namespace: mine.namespace, id: "/memories/note", content: "Not a file." });
    expect(await mine.view("/memories/secret")).toContain("does not exist");
    expect(await mine.view("/memories/note")).toContain("does not exist");
    expect(await mine.execute({ command: "delete", path: "/memories/secret" })).toContain("does not exist");
    expect(await mine.create("/memories/big", "x".repeat(300_000))).toContain("Change the input before you try again.");
  });
});

const failure = new PersistoError("unavailable", "The server does not answer.");
const fail = async (): Promise<never> => {
  throw failure;
};

it("tells the model of failures in words, and the caller the whole error", async () => {
  const errors: unknown[] = [];
  const { execute } = persistoAnthropicMemory({
    memory: { get: fail, list: fail, saveMany: fail, delete: fail },
    namespace: "ada",
    onError: (error) => errors.push(error),
  });
  const text = await execute({ command: "view", path: "/memories" });
  expect(text).toBe(
    "Error: the command was not carried out: The server does not answer. It may work later; go on without it for now.",
  );
  expect(errors).toEqual([failure]);
  expect(await execute({ command: "format" } as never)).toBe('Error: unknown command "format"');
  await expect(execute({ command: "view", path: "/memories" }, { abortSignal: AbortSignal.abort() })).rejects.toThrow(
    expect.objectContaining({ name: "AbortError" }),
  );
});

it("goes on after a hook that threw", async () => {
  const execute = persistoAnthropicMemory({
    memory: { get: fail, list: fail, saveMany: fail, delete: fail },
    namespace: "ada",
    onError: () => {
      throw new Error("from the hook");
    },
  }).execute;
  await expect(execute({ command: "view", path: "/memories" })).rejects.toThrow("from the hook");
  expect(await execute({ command: "delete", path: "/memories" })).toContain("cannot be deleted");
});
