import { createPersisto } from "@persisto/core";
import { initChatModel } from "langchain";
import { afterAll, expect, it } from "vitest";
import { createChat } from "./chat.js";
import { echo } from "./echo.js";

const memory = await createPersisto();
afterAll(() => memory.close());

it("knows the session's messages, and in another session what was said before", async () => {
  const say = createChat({ memory, model: echo(), user: "ada" });
  expect(await say("monday", "My dog Rex is afraid of thunder.")).toBe("0 messages before, remembered: ");
  expect(await say("monday", "He is seven.")).toContain("2 messages before");
  const answer = await say("tuesday", "What is my dog Rex afraid of?");
  expect(answer).toContain("0 messages before");
  expect(answer).toContain("Human: My dog Rex is afraid of thunder.");
  expect(await createChat({ memory, model: echo(), user: "bob" })("x", "What is Rex afraid of?")).not.toContain(
    "thunder",
  );
});

const hasKey = Boolean(process.env["OPENAI_API_KEY"]);
it.skipIf(!hasKey)(
  `answers from memory with a real model${hasKey ? "" : " (OPENAI_API_KEY is not set)"}`,
  { timeout: 120_000 },
  async () => {
    const model = (await initChatModel(process.env["MODEL"] ?? "openai:gpt-5-mini")) as unknown as ReturnType<
      typeof echo
    >;
    const say = createChat({ memory, model, user: "carol" });
    await say("monday", "My dog Rex is afraid of thunder.");
    expect(await say("tuesday", "What is my dog Rex afraid of? One word.")).toMatch(/thunder/i);
  },
);
