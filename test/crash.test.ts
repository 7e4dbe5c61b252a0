import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PersistoClient } from "@persisto/client";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, nativeUrl } from "../packages/core/test/native-database.js";
import { startServerProcess, type ServerProcess } from "./lib/server-process.js";

const rounds = 20;
const writers = 4;
const seed = 20_261_123;
const savedWithinMs = 60_000;

/** Seeded, so that a failing run can be repeated (mulberry32). */
function seededRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Long enough for several passages, and different for every id. */
function contentOf(id: string): string {
  return Array.from({ length: 60 }, (_, index) => `Memory ${id} says in sentence ${index} what it was told.`).join(" ");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Reads the tables directly, with nothing of ours in between. */
interface Probe {
  rows<Row extends object>(sql: string): Promise<Row[]>;
  close(): Promise<void>;
}

interface Backend {
  readonly environment: Record<string, string>;
  probe(): Promise<Probe>;
  drop(): Promise<void>;
}

async function embedded(): Promise<Backend> {
  const dataDir = await mkdtemp(join(tmpdir(), "persisto-crash-"));
  return {
    environment: { PERSISTO_DATA_DIR: dataDir },
    async probe() {
      const database = await PGlite.create(join(dataDir, "postgres"), { extensions: { vector } });
      return {
        rows: async <Row extends object>(sql: string) => (await database.query<Row>(sql)).rows,
        close: () => database.close(),
      };
    },
    drop: () => rm(dataDir, { recursive: true, force: true }),
  };
}

async function native(): Promise<Backend> {
  const database = await createTestDatabase();
  return {
    environment: { DATABASE_URL: database.url },
    async probe() {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      return {
        rows: async <Row extends object>(sql: string) => (await client.query<Row>(sql)).rows,
        close: () => client.end(),
      };
    },
    drop: () => database.drop(),
  };
}

const backends = [
  { name: "embedded PGlite", missing: null, open: embedded },
  {
    name: "native Postgres",
    missing: nativeUrl === undefined ? "PERSISTO_TEST_DATABASE_URL is not set" : null,
    open: native,
  },
];

for (const { name, missing, open } of backends) {
  describe.skipIf(missing !== null)(`a server on ${name} killed with SIGKILL${missing ? ` (${missing})` : ""}`, () => {
    let backend: Backend;
    let server: ServerProcess | undefined;

    beforeAll(async () => {
      backend = await open();
    });
    afterAll(async () => {
      await server?.end("SIGKILL");
      await backend?.drop();
    });

    const title = `keeps every acknowledged save whole, and none half, over ${rounds} kills`;
    it(title, { timeout: 300_000 }, async ({ signal }) => {
      const start = async (): Promise<ServerProcess> => {
        // After a timeout nobody would end it.
        signal.throwIfAborted();
        server = await startServerProcess({ environment: backend.environment });
        return server;
      };
      const random = seededRandom(seed);
      const acknowledged = new Map<string, number>();
      const tried = new Set<string>();

      for (let round = 0; round < rounds; round++) {
        const running = await start();
        const client = new PersistoClient({ apiKey: running.apiKey, baseUrl: running.baseUrl, maxRetries: 0 });
        // Counted in saves first, so that a slow machine is killed in the midst of them too.
        const enough = acknowledged.size + 1 + Math.floor(random() * 12);
        let isKilled = false;
        let lastError: unknown;
        const write = async (writer: number): Promise<void> => {
          for (let turn = 0; !isKilled; turn++) {
            const id = `${round}-${writer}-${turn}`;
            tried.add(id);
            try {
              const { chunks } = await client.save({ namespace: "crash", id, content: contentOf(id) });
              acknowledged.set(id, chunks);
            } catch (error) {
              // What the kill does to saves under way; any other reason shows below, as too few of them.
              lastError = error;
            }
          }
        };
        const writing = Array.from({ length: writers }, (_, writer) => write(writer));
        try {
          const deadline = performance.now() + savedWithinMs;
          while (acknowledged.size < enough) {
            if (running.hasEnded() || performance.now() > deadline) {
              const state = running.hasEnded() ? "The server ended by itself" : "Saves fail or hang";
              throw new Error(`${state} in round ${round}; it printed:\n${running.output()}`, { cause: lastError });
            }
            await pause(5);
          }
          await pause(random() * 60);
        } finally {
          isKilled = true;
          await running.end("SIGKILL");
          await Promise.all(writing);
        }
      }

      const restarted = await start();
      const client = new PersistoClient({ apiKey: restarted.apiKey, baseUrl: restarted.baseUrl });
      for (const id of tried) {
        const record = await client.get({ id });
        if (acknowledged.has(id)) expect(record, `acknowledged ${id}`).not.toBeNull();
        if (record) expect(record.content).toBe(contentOf(id));
      }
      const lastId = [...acknowledged.keys()].at(-1)!;
      const { results } = await client.query({ namespace: "crash", query: `Memory ${lastId} sentence 7` });
      expect(results.length).toBeGreaterThan(0);
      expect(await restarted.end("SIGTERM")).toBe(0);

      const probe = await backend.probe();
      const stored = await probe.rows<{ id: string; wanted: number; chunks: number; embeddings: number }>(
        `select m.id, m.chunk_count as wanted,
          (select count(*)::int from persisto.chunks c where c.project_id = m.project_id and c.memory_seq = m.seq) as chunks,
          (select count(*)::int from persisto.embeddings_1 e where e.project_id = m.project_id and e.memory_seq = m.seq) as embeddings
        from persisto.memories m`,
      );
      await probe.close();
      expect(acknowledged.size).toBeGreaterThan(rounds);
      for (const { id, wanted, chunks, embeddings } of stored) {
        expect({ id, chunks, embeddings }).toEqual({ id, chunks: wanted, embeddings: wanted });
        expect(tried.has(id)).toBe(true);
        if (acknowledged.has(id)) expect(chunks).toBe(acknowledged.get(id));
      }
      expect(stored.filter(({ id }) => acknowledged.has(id))).toHaveLength(acknowledged.size);
    });
  });
}
