import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Memory } from "@persisto/core";
import { PersistoEmbedding, PersistoVectorStore } from "@persisto/llamaindex";
import {
  Document,
  getResponseSynthesizer,
  MarkdownNodeParser,
  MetadataMode,
  Settings,
  VectorStoreIndex,
  VectorStoreQueryMode,
  type LLM,
} from "llamaindex";

// Persisto embeds; or your own model.
Settings.embedModel = new PersistoEmbedding();

/** Saves the sections of a folder's Markdown files, in place of those that were there. */
export async function indexMarkdown(memory: Memory, folder: string): Promise<number> {
  const store = new PersistoVectorStore({ memory, namespace: "docs" });
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".md"));
  const documents = await Promise.all(
    files.map(async (source) => {
      const text = await readFile(join(folder, source), "utf8");
      return new Document({ id_: source, text, metadata: { source } });
    }),
  );
  for (const source of files) await store.delete(source);
  const sections = new MarkdownNodeParser().getNodesFromDocuments(documents);
  return (await store.add(sections)).length;
}

/** The passages that answer, and what the model makes of them. */
export async function ask(memory: Memory, question: string, llm?: LLM) {
  const index = await VectorStoreIndex.fromVectorStore(new PersistoVectorStore({ memory, namespace: "docs" }));
  const retriever = index.asRetriever({ mode: VectorStoreQueryMode.HYBRID, similarityTopK: 4 });
  const query = { query: question };
  const nodes = await retriever.retrieve(query);
  const passages = nodes.map(({ node }) => `[${node.metadata["source"]}] ${node.getContent(MetadataMode.NONE)}`);
  if (!llm) return { answer: null, passages };
  const synthesizer = getResponseSynthesizer("compact", { llm });
  const answer = await synthesizer.synthesize({ ...query, nodes });
  return { answer: answer.toString(), passages };
}
