// Mastra's PgVector with its HNSW index.
import { PgVector } from "@mastra/pg";

const indexName = "mastra";

/** @type {import("./peer.mjs").Peers} */
export const peers = {
  async "Mastra PgVector, HNSW"({ databaseUrl, dimensions }) {
    const store = new PgVector({ connectionString: databaseUrl, max: 10 });
    const options = { indexName, dimension: dimensions, metric: "cosine" };
    await store.createIndex({ ...options, buildIndex: false });
    return {
      name: "Mastra PgVector, HNSW",
      async load(rows) {
        await store.upsert({
          indexName,
          vectors: rows.map(({ vector }) => [...vector]),
          metadata: rows.map(({ namespace, content }) => ({ namespace, content })),
          ids: rows.map(({ id }) => id),
        });
      },
      afterLoad: () => store.buildIndex({ indexName, metric: "cosine", indexConfig: { type: "hnsw" } }),
      async query({ vector, k, namespace }) {
        const found = await store.query({ indexName, queryVector: [...vector], topK: k, filter: { namespace } });
        return found.map(({ id }) => id);
      },
      close: () => store.disconnect(),
    };
  },
};
