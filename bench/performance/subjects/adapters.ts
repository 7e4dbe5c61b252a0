import { persistoTools } from "@persisto/ai-sdk";
import type { Memory } from "@persisto/core";
import { PersistoVectorStore as LangChainStore } from "@persisto/langchain";
import { PersistoVectorStore as LlamaIndexStore } from "@persisto/llamaindex";
import { VectorStoreQueryMode } from "@llamaindex/core/vector-store";
import type { Question } from "../corpus/corpus.js";

/** One of the adapters, asked as its framework asks it; gives ids, best first. */
export interface Adapter {
  readonly name: string;
  search(question: Question): Promise<string[]>;
}

/** Every adapter over a memory; each brings the best `k` of a namespace. */
export function adaptersOf(
  memory: Pick<Memory, "query">,
  { namespace, k }: { namespace: string; k: number },
): Adapter[] {
  // All that a search calls.
  const only = memory as Memory;
  const langChain = new LangChainStore({ memory: only, namespace });
  const llamaIndex = new LlamaIndexStore({ memory: only, namespace });
  const { searchMemories } = persistoTools({ memory: only, namespace, recall: { k } });
  return [
    {
      name: "@persisto/langchain, similaritySearchVectorWithScore",
      search: async ({ vector }) => {
        const found = await langChain.similaritySearchVectorWithScore([...vector], k);
        return found.map(([document]) => document.id!);
      },
    },
    {
      name: "@persisto/llamaindex, query",
      search: async ({ vector }) => {
        const query = { queryEmbedding: [...vector], similarityTopK: k, mode: VectorStoreQueryMode.DEFAULT };
        return (await llamaIndex.query(query)).ids;
      },
    },
    {
      name: "@persisto/ai-sdk, searchMemories",
      search: async ({ text }) => {
        const found = await searchMemories.execute!({ query: text }, { toolCallId: "1", messages: [], context: {} });
        if (!("memories" in found)) throw new Error("The tool failed.");
        return found.memories.map(({ id }) => id);
      },
    },
  ];
}
