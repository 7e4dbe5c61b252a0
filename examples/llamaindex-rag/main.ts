import { createPersisto } from "@persisto/core";
import type { LLM } from "llamaindex";
import { ask, indexMarkdown } from "./rag.js";

const [folder = "docs", question = "How do I delete a memory?"] = process.argv.slice(2);
const memory = await createPersisto();
console.log(`${await indexMarkdown(memory, folder)} sections of ${folder}`);
const { answer, passages } = await ask(memory, question, process.env["OPENAI_API_KEY"] ? await openModel() : undefined);
console.log(answer ?? passages.join("\n\n"));
await memory.close();

/** Loaded by a name that the compiler does not follow: whoever has a key installs the package. */
async function openModel(): Promise<LLM> {
  const provider = "@llamaindex/openai";
  const { openai } = (await import(provider)) as { openai: (options: { model: string }) => LLM };
  return openai({ model: process.env["MODEL"] ?? "gpt-5-mini" });
}
