// LanceDB, embedded: without an index, and with HNSW over the vectors and a B-tree over the namespaces.
import * as lancedb from "@lancedb/lancedb";

/** @type {import("./peer.mjs").Peers} */
export const peers = {
  "LanceDB, flat": (place) => open("LanceDB, flat", place),
  "LanceDB, HNSW-SQ": async (place) => {
    const peer = await open("LanceDB, HNSW-SQ", place);
    return {
      ...peer,
      async afterLoad() {
        const table = peer.table();
        await table.createIndex("vector", { config: lancedb.Index.hnswSq({ distanceType: "cosine" }) });
        await table.createIndex("namespace", { config: lancedb.Index.btree() });
      },
    };
  },
};

/** @param {import("./peer.mjs").PeerPlace} place */
async function open(/** @type {string} */ name, { folder }) {
  const database = await lancedb.connect(folder);
  let table;
  return {
    name,
    table: () => table,
    /** @type {import("./peer.mjs").Peer["load"]} */
    async load(rows) {
      const data = rows.map((row) => ({ ...row, vector: [...row.vector] }));
      if (table) await table.add(data);
      else table = await database.createTable("memories", data);
    },
    /** @type {import("./peer.mjs").Peer["query"]} */
    async query({ vector, k, namespace }) {
      const search = table
        .vectorSearch([...vector])
        .distanceType("cosine")
        .where(`namespace = '${namespace}'`);
      const found = await search.ef(200).refineFactor(2).limit(k).toArray();
      return found.map(({ id }) => id);
    },
    async close() {
      database.close();
    },
  };
}
