import { createPersisto } from "@persisto/core";
import { initChatModel } from "langchain";
import { createRememberingAgent } from "./agent.js";
import { scene } from "./scene.js";

const [content = "I moved to Lisbon."] = process.argv.slice(2);
const model = process.env["OPENAI_API_KEY"]
  ? ((await initChatModel(process.env["MODEL"] ?? "openai:gpt-5-mini")) as unknown as ReturnType<typeof scene>)
  : scene(content);
const memory = await createPersisto({ dataDir: process.env["PERSISTO_DATA_DIR"] ?? "./.persisto" });
const agent = createRememberingAgent({ memory, model });
const userId = process.env["USER"] ?? "me";
const { messages } = await agent.invoke({ messages: [{ role: "user", content }] }, { configurable: { userId } });
console.log(messages.at(-1)?.text);
await memory.close();
