// LangChain's PGVectorStore: one table; createHnswIndex is the caller's choice.
import { PGVectorStore } from "@langchain/community/vectorstores/pgvector";
import pg from "pg";

/** Vectors are given; nothing may ask for others. */
const noEmbeddings = {
  embedDocuments: () => Promise.reject(new Error("vectors are given")),
  embedQuery: () => Promise.reject(new Error("vectors are given")),
};

/** @type {import("./peer.mjs").Peers} */
export const peers = {
  "LangChain PGVectorStore": (place) => open("LangChain PGVectorStore", place),
  "LangChain PGVectorStore, HNSW": async (place) => {
    const peer = await open("LangChain PGVectorStore, HNSW", place);
    return { ...peer, afterLoad: () => peer.store.createHnswIndex({ dimensions: place.dimensions }) };
  },
};

/** @param {import("./peer.mjs").PeerPlace} place */
async function open(/** @type {string} */ name, { databaseUrl, dimensions }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const store = await PGVectorStore.initialize(noEmbeddings, {
    pool,
    tableName: "langchain",
    distanceStrategy: "cosine",
    dimensions,
  });
  return {
    name,
    store,
    /** @type {import("./peer.mjs").Peer["load"]} */
    load: (rows) =>
      store.addVectors(
        rows.map(({ vector }) => [...vector]),
        rows.map(({ id, namespace, content }) => ({ pageContent: content, metadata: { ref: id, namespace } })),
      ),
    /** @type {import("./peer.mjs").Peer["query"]} */
    async query({ vector, k, namespace }) {
      const found = await store.similaritySearchVectorWithScore([...vector], k, { namespace });
      return found.map(([document]) => document.metadata["ref"]);
    },
    // Gives back the connection it keeps, and ends the pool.
    close: () => store.end(),
  };
}
