import { expect, test, vi } from "vitest";
import { startFakeEmbeddingServer } from "./testing/fake-embedding-server.js";
import { openAICompatible } from "./openai-compatible.js";

const { loaded } = vi.hoisted(() => ({ loaded: vi.fn() }));
vi.mock("openai", (original) => {
  loaded();
  return original();
});

test("the openai package is loaded by the first call, not by the import or by making an embedder", async () => {
  const server = await startFakeEmbeddingServer();
  try {
    const embedder = openAICompatible({ apiKey: "any", baseUrl: server.baseUrl, model: "fake", dimensions: 3 });
    expect(loaded).not.toHaveBeenCalled();
    await embedder.embed(["a"], { kind: "query" });
    expect(loaded).toHaveBeenCalledTimes(1);
  } finally {
    await server.close();
  }
});
