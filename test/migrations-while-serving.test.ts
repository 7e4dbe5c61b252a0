import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PersistoClient } from "@persisto/client";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { openPg } from "../packages/core/src/store/clients/pg.js";
import { migrate, migrations, newestSchemaVersion } from "../packages/core/src/store/postgres/migrate.js";
import { createTestDatabase, nativeUrl, type TestDatabase } from "../packages/core/test/native-database.js";
import { startServerProcess, type ServerProcess } from "./lib/server-process.js";

const skipped = nativeUrl === undefined ? " (PERSISTO_TEST_DATABASE_URL is not set)" : "";
const versions = migrations.map(({ version }) => version);

let servers: ServerProcess[] = [];
let database: TestDatabase | undefined;

afterEach(async () => {
  for (const server of servers) await server.end("SIGKILL");
  servers = [];
  await database?.drop();
  database = undefined;
});

async function start(environment: Record<string, string>): Promise<ServerProcess> {
  const server = await startServerProcess({ environment });
  servers.push(server);
  return server;
}

async function rows<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.skipIf(nativeUrl === undefined)(`servers on one native Postgres${skipped}`, { timeout: 180_000 }, () => {
  it("start at once on a new database: one makes the schema, all serve", async () => {
    database = await createTestDatabase();
    const environment = { DATABASE_URL: database.url };
    const [first, second] = await Promise.all([start(environment), start(environment), start(environment)]);
    await new PersistoClient(first).save({ namespace: "n", id: "one", content: "Saved by the first." });
    expect((await new PersistoClient(second).get({ id: "one" }))?.content).toBe("Saved by the first.");
    const applied = await rows<{ version: number }>(
      database.url,
      "select version from persisto.migrations order by version",
    );
    expect(applied.map(({ version }) => version)).toEqual(versions);
  });

  it("go on without an error while the next version migrates, and start again beside it", async () => {
    database = await createTestDatabase();
    const environment = { DATABASE_URL: database.url };
    const server = await start(environment);
    // No second try, so that an error is seen.
    const client = new PersistoClient({ ...server, maxRetries: 0 });
    await client.saveMany(
      Array.from({ length: 200 }, (_, index) => ({ namespace: "n", id: `${index}`, content: `Note ${index}.` })),
    );
    let isDone = false;
    let calls = 0;
    const loop = async (call: (turn: number) => Promise<unknown>): Promise<void> => {
      for (let turn = 0; !isDone; turn++, calls++) await call(turn);
    };
    const load = Promise.all([
      loop((turn) => client.save({ namespace: "n", content: `Saved meanwhile, ${turn}.` })),
      loop((turn) => client.update({ id: `${turn % 200}`, metadata: { turn } })),
      loop((turn) => client.query({ namespace: "n", query: `note ${turn}`, filters: { turn } })),
      loop(() => client.list({ namespace: "n", limit: 20 })),
    ]);
    await expect.poll(() => calls).toBeGreaterThan(20);
    const newer = await openPg({ databaseUrl: database.url });
    const next = [
      "alter table persisto.memories add column note text not null default '';",
      "alter table persisto.chunks add column note text;",
      "alter table persisto.queries add column note text not null default '';",
      "alter table persisto.namespaces add column note text;",
      `create table persisto.notes (
        project_id text not null references persisto.projects on delete cascade,
        id text,
        primary key (project_id, id)
      );`,
    ].map((sql, index) => ({ version: newestSchemaVersion + 1 + index, name: `next ${index}`, sql }));
    await migrate(newer, [...migrations, ...next]);
    await newer.close();
    const callsBefore = calls;
    await expect.poll(() => calls).toBeGreaterThan(callsBefore + 50);
    // An upgrade that is taken back. It sets row security on the new table, still beside the others.
    const again = await start(environment);
    isDone = true;
    await load;
    expect(server.output()).not.toMatch(/"level":(40|50)/);
    expect((await new PersistoClient(again).list({ namespace: "n", limit: 1 })).memories).toHaveLength(1);
    await client.save({ namespace: "n", content: "Both go on." });
    expect(again.output()).not.toMatch(/"level":(40|50)/);
  });
});

const places = [
  {
    name: "native Postgres",
    missing: nativeUrl === undefined ? "PERSISTO_TEST_DATABASE_URL is not set" : null,
    async make(): Promise<Record<string, string>> {
      database = await createTestDatabase();
      return { DATABASE_URL: database.url };
    },
  },
  {
    name: "embedded PGlite",
    missing: null,
    async make(): Promise<Record<string, string>> {
      const dataDir = await mkdtemp(join(tmpdir(), "persisto-first-start-"));
      database = { url: "", drop: () => rm(dataDir, { recursive: true, force: true }) };
      return { PERSISTO_DATA_DIR: dataDir };
    },
  },
];

for (const { name, missing, make } of places) {
  describe.skipIf(missing !== null)(`a first start on ${name} that is killed${missing ? ` (${missing})` : ""}`, () => {
    it("is made good by the next, wherever it was", { timeout: 180_000 }, async () => {
      const environment = await make();
      // From before the schema to after it: a start takes about two seconds here, and longer elsewhere.
      for (const ms of [400, 700, 1_000, 1_400, 1_900, 2_500]) {
        const starting = startServerProcess({ environment, killAfterMs: ms });
        await starting.then(
          (server) => server.end("SIGKILL"),
          () => undefined,
        );
      }
      const client = new PersistoClient(await start(environment));
      await client.save({ namespace: "n", id: "one", content: "It is there." });
      expect((await client.get({ id: "one" }))?.content).toBe("It is there.");
    });
  });
}
