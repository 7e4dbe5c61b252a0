import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PersistoClient } from "@persisto/client";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, nativeUrl, type TestDatabase } from "../packages/core/test/native-database.js";
import { findPostgresPrograms } from "./lib/postgres-programs.js";
import { startServerProcess, type ServerProcess } from "./lib/server-process.js";

const programs =
  nativeUrl === undefined ? "PERSISTO_TEST_DATABASE_URL is not set" : await findPostgresPrograms(nativeUrl);
const title = typeof programs === "string" ? ` (${programs})` : "";

const settled = Array.from({ length: 40 }, (_, index) => ({
  namespace: "settled",
  id: `s${index}`,
  content: `Note ${index}: the ${["lighthouse", "harbour", "mill", "orchard"][index % 4]} is painted ${["blue", "red", "green"][index % 3]}.`,
}));
const questions = ["Which building is blue?", "painted orchard", "harbour", "What is near the sea?"];
const contentOf = (id: string): string => `Written as ${id}. `.repeat(200);

/** What a whole database is compared by, read with nothing of ours in between. */
async function readTables(url: string): Promise<{ memories: Map<string, string>; broken: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; content: string; whole: boolean }>(
      `select m.id, m.content, m.chunk_count = all (array[
        (select count(*) from persisto.chunks c where c.project_id = m.project_id and c.memory_seq = m.seq),
        (select count(*) from persisto.embeddings_1 e where e.project_id = m.project_id and e.memory_seq = m.seq)
      ]) as whole
      from persisto.memories m`,
    );
    const memories = new Map(rows.map(({ id, content }) => [id, content]));
    return { memories, broken: rows.filter(({ whole }) => !whole).length };
  } finally {
    await client.end();
  }
}

async function prepare(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("create extension if not exists vector");
  await client.end();
}

/** What docs/operation.md says, word for word but for names. */
const dumpOptions = ["--format=custom", "--schema=persisto", "--enable-row-security"];
const restoreOptions = ["--no-owner", "--no-privileges", "--no-comments", "--single-transaction"];

describe.skipIf(typeof programs === "string")(`a database dumped while memories are saved${title}`, () => {
  let live: TestDatabase;
  let restored: TestDatabase;
  let folder: string;
  const servers: ServerProcess[] = [];

  beforeAll(async () => {
    [live, restored] = [await createTestDatabase(), await createTestDatabase()];
    folder = await mkdtemp(join(tmpdir(), "persisto-backup-"));
  });
  afterAll(async () => {
    for (const server of servers) await server.end("SIGKILL");
    await live?.drop();
    await restored?.drop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function start({ url }: TestDatabase): Promise<ServerProcess> {
    const server = await startServerProcess({ environment: { DATABASE_URL: url } });
    servers.push(server);
    return server;
  }

  const answers = (memory: PersistoClient) =>
    Promise.all(
      questions.map(async (query) =>
        (await memory.query({ namespace: "settled", query, mode: "fuzzy", k: 10 })).results.map(({ id }) => id),
      ),
    );

  it("restores to a server that answers, opens and verifies the same", { timeout: 180_000 }, async () => {
    if (typeof programs === "string") throw new Error(programs);
    const server = await start(live);
    const memory = new PersistoClient({ apiKey: server.apiKey, baseUrl: server.baseUrl });
    const operator = /psto_operator_\w+/.exec(server.output())![0];
    const administer = async (url: string, path: string, body?: object): Promise<Record<string, unknown>> => {
      const response = await fetch(`${url}/v1${path}`, {
        headers: { Authorization: `Bearer ${operator}`, "Content-Type": "application/json" },
        ...(body && { method: "POST", body: JSON.stringify(body) }),
      });
      expect(response.ok, await response.clone().text()).toBe(true);
      return (await response.json()) as Record<string, unknown>;
    };
    await administer(server.baseUrl, "/orgs", { id: "acme", name: "Acme" });
    await administer(server.baseUrl, "/projects", {
      organisation: "acme",
      id: "acme",
      name: "Acme",
      environment: "live",
    });
    const key = String((await administer(server.baseUrl, "/projects/acme/keys", { name: "test" }))["key"]);
    const acme = new PersistoClient({ apiKey: key, baseUrl: server.baseUrl });
    await acme.save({ namespace: "acme", content: "Only Acme knows." });
    await memory.saveMany(settled);
    const before = await answers(memory);
    expect(before.every((ids) => ids.length === 10)).toBe(true);

    const acknowledged = new Set<string>();
    let isDumped = false;
    const write = async (writer: number): Promise<void> => {
      for (let turn = 0; !isDumped; turn++) {
        const id = `${writer}-${turn}`;
        await memory.save({ namespace: "busy", id, content: contentOf(id) });
        acknowledged.add(id);
      }
    };
    const writing = Promise.all([write(0), write(1), write(2)]);
    await expect.poll(() => acknowledged.size).toBeGreaterThan(20);
    const beforeDump = [...acknowledged];
    const file = join(folder, "persisto.dump");
    await programs.run("pg_dump", [...dumpOptions, `--file=${file}`, live.url]);
    isDumped = true;
    await writing;
    expect(acknowledged.size).toBeGreaterThan(beforeDump.length);

    await prepare(restored.url);
    await programs.run("pg_restore", [...restoreOptions, `--dbname=${restored.url}`, file]);
    const second = await start(restored);
    expect(second.output()).not.toContain('"level":40');

    const [from, to] = [await readTables(live.url), await readTables(restored.url)];
    expect(beforeDump.filter((id) => to.memories.get(id) !== contentOf(id))).toEqual([]);
    expect([...to.memories].filter(([id, content]) => from.memories.get(id) !== content)).toEqual([]);
    expect(settled.filter(({ id, content }) => to.memories.get(id) !== content)).toEqual([]);
    expect(to.broken).toBe(0);

    expect(await answers(new PersistoClient({ apiKey: second.apiKey, baseUrl: second.baseUrl }))).toEqual(before);
    const opened = new PersistoClient({ apiKey: key, baseUrl: second.baseUrl });
    expect(await opened.listNamespaces()).toEqual([{ namespace: "acme", count: 1 }]);
    await expect(opened.list({ namespace: "settled" })).rejects.toThrow("There is no namespace");

    const verify = async (url: string) => administer(url, "/orgs/acme/audit/verify");
    const chain = await verify(second.baseUrl);
    expect(chain).toEqual(await verify(server.baseUrl));
    expect(chain).toMatchObject({ broken_at: null });
    // What is written from now on continues the chain, as the roles that may not change it.
    await opened.deleteNamespace({ namespace: "acme" });
    expect(await verify(second.baseUrl)).toMatchObject({ broken_at: null, entries: Number(chain["entries"]) + 1 });
  });
});
