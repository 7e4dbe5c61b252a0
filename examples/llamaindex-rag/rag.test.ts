import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MockLLM } from "@llamaindex/core/llms/mock";
import { createPersisto } from "@persisto/core";
import { afterAll, expect, it } from "vitest";
import { ask, indexMarkdown } from "./rag.js";

const memory = await createPersisto();
const folder = await mkdtemp(join(tmpdir(), "persisto-rag-"));
afterAll(async () => {
  await memory.close();
  await rm(folder, { recursive: true });
});

it("answers from the sections of Markdown files, and indexes them once", async () => {
  await writeFile(
    join(folder, "pets.md"),
    "# Cats\nCats sleep sixteen hours a day.\n\n# Dogs\nDogs like to fetch sticks.\n",
  );
  expect(await indexMarkdown(memory, folder)).toBe(2);
  expect(await indexMarkdown(memory, folder)).toBe(2);
  expect(await memory.listNamespaces()).toEqual([{ namespace: "docs", count: 2 }]);
  const { answer, passages } = await ask(memory, "How long do cats sleep?");
  expect(answer).toBeNull();
  expect(passages[0]).toMatch(/^\[pets.md\] [\s\S]*Cats sleep sixteen hours a day.$/);
  const llm = new MockLLM({ responseMessage: "Sixteen hours [pets.md]." });
  expect((await ask(memory, "How long do cats sleep?", llm)).answer).toBe("Sixteen hours [pets.md].");
});
