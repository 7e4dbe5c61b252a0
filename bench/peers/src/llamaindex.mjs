// LlamaIndex's PGVectorStore: one connection, no vector index.
import { Document } from "@llamaindex/core/schema";
import { VectorStoreQueryMode } from "@llamaindex/core/vector-store";
import { PGVectorStore } from "@llamaindex/postgres";

/** @type {import("./peer.mjs").Peers} */
export const peers = {
  async "LlamaIndex PGVectorStore"({ databaseUrl, dimensions }) {
    const store = new PGVectorStore({
      clientConfig: { connectionString: databaseUrl },
      dimensions,
      embeddingModel: {}, // vectors are given; without one it asks for an OpenAI key
    });
    const client = await store.client();
    return {
      name: "LlamaIndex PGVectorStore",
      async load(rows) {
        await store.add(
          rows.map(
            ({ id, namespace, content, vector }) =>
              // It keeps ids of its own, UUIDs.
              new Document({
                id_: crypto.randomUUID(),
                text: content,
                metadata: { ref: id, namespace },
                embedding: [...vector],
              }),
          ),
        );
      },
      async query({ vector, k, namespace }) {
        const filters = { filters: [{ key: "namespace", value: namespace, operator: "==" }] };
        const { nodes } = await store.query({
          queryEmbedding: [...vector],
          similarityTopK: k,
          filters,
          mode: VectorStoreQueryMode.DEFAULT,
        });
        return nodes.map(({ metadata }) => metadata["ref"]);
      },
      close: () => client.close(),
    };
  },
};
