// mem0's open-source Memory with its default store; no language model: `infer: false`. It takes no vectors, and embeds
// what it takes for names in a text too, so it gets the function that made the vectors.
import { join } from "node:path";

process.env["MEM0_TELEMETRY"] = "false"; // before the import reads it

/** @type {import("./peer.mjs").Peers} */
export const peers = {
  async "mem0 Memory, infer: false"({ folder, dimensions, embed }) {
    const { Memory } = await import("mem0ai/oss");
    const embedQuery = async (/** @type {string} */ text) => embed(text);
    const memory = new Memory({
      embedder: {
        provider: "langchain",
        config: { model: { embedQuery, embedDocuments: async (texts) => texts.map(embed) } },
      },
      vectorStore: {
        provider: "memory",
        config: { collectionName: "memories", dimension: dimensions, dbPath: join(folder, "vectors.db") },
      },
      llm: { provider: "openai", config: { apiKey: "none" } },
      disableHistory: true,
    });
    return {
      name: "mem0 Memory, infer: false",
      async load(rows) {
        // It has no call for several.
        for (const { id, namespace, content } of rows) {
          await memory.add(content, { userId: namespace, infer: false, metadata: { ref: id } });
        }
      },
      async query({ text, k, namespace }) {
        const { results } = await memory.search(text, { topK: k, threshold: 0, filters: { user_id: namespace } });
        return results.map(({ metadata }) => metadata["ref"]);
      },
      close: async () => {},
    };
  },
};
