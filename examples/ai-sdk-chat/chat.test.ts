import { createPersisto } from "@persisto/core";
import { gateway } from "ai";
import { afterAll, expect, it } from "vitest";
import { chat, type ChatOptions } from "./chat.js";
import { echo } from "./echo.js";

const hasKey = Boolean(process.env["AI_GATEWAY_API_KEY"]);
const memory = await createPersisto();
afterAll(() => memory.close());

async function say(line: string, model: ChatOptions["model"] = echo(), user = "ada"): Promise<string> {
  let said = "";
  await chat({ model, memory, user, lines: [line], write: (text) => (said += text) });
  return said;
}

it("knows in the next conversation what was said in the last, and nothing of other users", async () => {
  expect(await say("My dog Rex is afraid of thunder.")).toBe("I remember nothing about this.\n");
  expect(await say("What is my dog Rex afraid of?")).toContain("My dog Rex is afraid of thunder.");
  expect(await say("What is my dog Rex afraid of?", echo(), "bob")).toBe("I remember nothing about this.\n");
});

const key = hasKey ? "" : " (AI_GATEWAY_API_KEY is not set)";
it.skipIf(!hasKey)(`answers from memory with a real model${key}`, { timeout: 120_000 }, async () => {
  const model = gateway(process.env["MODEL"] ?? "openai/gpt-5-mini");
  await say("My dog Rex is afraid of thunder.", model, "carol");
  expect(await say("What is my dog Rex afraid of? One word.", model, "carol")).toMatch(/thunder/i);
});
