import { expect, it } from "vitest";
import { chooseModel } from "./choose-model.js";

it("chooses no model without a key and without MODEL", async () => {
  expect(await chooseModel({})).toBeUndefined();
  expect(await chooseModel({ MODEL: "", OPENAI_API_KEY: "key" })).toBeUndefined();
});

it("takes the AI Gateway when its key is there, and a provider's own package otherwise", async () => {
  const model = await chooseModel({ MODEL: "anthropic/claude-sonnet-5", AI_GATEWAY_API_KEY: "key" });
  expect(model).toMatchObject({ provider: "gateway", modelId: "anthropic/claude-sonnet-5" });
  const own = await chooseModel({ MODEL: "anthropic/claude-sonnet-5" });
  expect(own).toMatchObject({ provider: "anthropic.messages", modelId: "claude-sonnet-5" });
});

it("says what to install for a provider whose package is not there", async () => {
  await expect(chooseModel({ MODEL: "none-such/large" })).rejects.toThrow("npm install @ai-sdk/none-such");
  await expect(chooseModel({ MODEL: "large" })).rejects.toThrow("MODEL=large must be like openai/gpt-5-mini");
});
