import { createInterface } from "node:readline";
import { createPersisto } from "@persisto/core";
import { gateway } from "ai";
import { chat } from "./chat.js";
import { echo } from "./echo.js";

const model = process.env["AI_GATEWAY_API_KEY"] ? gateway(process.env["MODEL"] ?? "openai/gpt-5-mini") : echo();
const memory = await createPersisto({ dataDir: process.env["PERSISTO_DATA_DIR"] ?? "./.persisto" });
const lines = createInterface({ input: process.stdin });
await chat({ model, memory, user: process.env["USER"] ?? "me", lines, write: (text) => process.stdout.write(text) });
await memory.close();
