import * as ai from "ai";
import { expect, it, vi } from "vitest";

// Every suite once more on the AI SDK 6, whose newest models are of version 3 of the specification.
vi.mock("ai", () => import("ai-6"));
vi.mock("ai/test", async () => {
  const fakes = await import("ai-6/test");
  return { ...fakes, MockLanguageModelV4: fakes.MockLanguageModelV3 };
});

it("runs on the AI SDK 6", async () => {
  expect(ai.generateText).toBe((await import("ai-6")).generateText);
});

await import("./tools.test.js");
await import("./middleware.test.js");
await import("./streams.test.js");
await import("./turns.test.js");
await import("./chat-store.test.js");
await import("./anthropic-memory.test.js");
