import { createPersisto } from "@persisto/core";
import { afterAll, expect, it } from "vitest";
import { createRememberingAgent } from "./agent.js";
import { scene } from "./scene.js";

const memory = await createPersisto();
afterAll(() => memory.close());

async function visit(userId: string, content: string): Promise<string> {
  const agent = createRememberingAgent({ memory, model: scene(content) });
  const { messages } = await agent.invoke({ messages: [{ role: "user", content }] }, { configurable: { userId } });
  return messages.at(-1)!.text;
}

it("knows its user in the next conversation, and nobody else's secrets", async () => {
  expect(await visit("ada", "I moved to Lisbon.")).toBe("Visit number 1. I remembered: nothing");
  const again = await visit("ada", "Where did I move?");
  expect(again).toMatch(/^Visit number 2\. I remembered: .*I moved to Lisbon\./);
  expect(await visit("bob", "Where did I move?")).toBe("Visit number 1. I remembered: nothing");
});
