import { createInterface } from "node:readline";
import { createPersisto } from "@persisto/core";
import { initChatModel } from "langchain";
import { createChat } from "./chat.js";
import { echo } from "./echo.js";

const model = process.env["OPENAI_API_KEY"] ? await initChatModel(process.env["MODEL"] ?? "openai:gpt-5-mini") : echo();
const memory = await createPersisto({ dataDir: process.env["PERSISTO_DATA_DIR"] ?? "./.persisto" });
const say = createChat({ memory, model: model as ReturnType<typeof echo>, user: process.env["USER"] ?? "me" });
const sessionId = crypto.randomUUID();
for await (const line of createInterface({ input: process.stdin })) console.log(await say(sessionId, line));
await memory.close();
