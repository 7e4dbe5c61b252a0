import { createPersisto } from "@persisto/core";
import { initChatModel } from "langchain";
import { ask, indexMarkdown } from "./rag.js";

const [folder = "docs", question = "How do I delete a memory?"] = process.argv.slice(2);
const model = process.env["OPENAI_API_KEY"]
  ? await initChatModel(process.env["MODEL"] ?? "openai:gpt-5-mini")
  : undefined;
const memory = await createPersisto();
console.log(`${await indexMarkdown(memory, folder)} sections of ${folder}`);
const { answer, passages } = await ask(memory, question, model);
console.log(answer ?? passages.join("\n\n"));
await memory.close();
