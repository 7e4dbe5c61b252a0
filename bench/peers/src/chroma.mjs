// Chroma: its server, in a process of its own, and its client. The server in the lock file is the last for glibc 2.36.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ChromaClient } from "chromadb";

const readyWithinMs = 20_000;

/** @type {import("./peer.mjs").Peers} */
export const peers = {
  async Chroma({ folder }) {
    const port = await freePort();
    const main = fileURLToPath(new URL("cli.mjs", import.meta.resolve("chromadb")));
    const server = spawn(
      process.execPath,
      [main, "run", "--path", folder, "--host", "127.0.0.1", "--port", `${port}`],
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let output = "";
    server.stderr.on("data", (data) => (output += data));
    const ended = once(server, "close");
    const close = async () => {
      server.kill("SIGKILL"); // it has been seen to ignore SIGTERM
      await ended;
    };
    try {
      const client = new ChromaClient({ host: "127.0.0.1", port });
      await untilReady(client, server, () => output);
      const collection = await client.createCollection({
        name: "memories",
        embeddingFunction: null,
        // With the default of 100 its recall@10 was 0.978 in 1,000 rows of 1,500.
        configuration: { hnsw: { space: "cosine", ef_search: 200 } },
      });
      return {
        name: "Chroma",
        async load(rows) {
          await collection.add({
            ids: rows.map(({ id }) => id),
            embeddings: rows.map(({ vector }) => [...vector]),
            documents: rows.map(({ content }) => content),
            metadatas: rows.map(({ namespace }) => ({ namespace })),
          });
        },
        async query({ vector, k, namespace }) {
          const { ids } = await collection.query({ queryEmbeddings: [[...vector]], nResults: k, where: { namespace } });
          return ids[0] ?? [];
        },
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

async function untilReady(client, server, output) {
  const deadline = performance.now() + readyWithinMs;
  while (true) {
    if (server.exitCode !== null) throw new Error(`its server does not start here: ${output().slice(0, 300)}`);
    try {
      await client.heartbeat();
      return;
    } catch (cause) {
      if (performance.now() > deadline) throw new Error("its server did not answer", { cause });
      await delay(100);
    }
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
