import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { isPersistoError, type PersistoError } from "@persisto/contract";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, nativeUrl, type TestDatabase } from "../../../test/native-database.js";
import type { SqlClient } from "../sql-client.js";
import { openPg } from "./pg.js";
import { startAnswerLosingProxy, terminationMessage } from "./testing/answer-losing-proxy.js";
import { bundleScript, startChild } from "./testing/start-child.js";

async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "no error",
    (reason: unknown) => reason,
  );
}

describe("openPg", () => {
  it("says which Postgres it cannot reach, and keeps the password to itself", async () => {
    const error = await failure(openPg({ databaseUrl: "postgres://someone:hunter2@127.0.0.1:1/memories" }));
    expect(error).toMatchObject({
      code: "unavailable",
      retryable: true,
      message: "Cannot reach Postgres at 127.0.0.1:1; is it running? (ECONNREFUSED)",
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
  });

  it.each(["postgres://someone:hunter2@host:port/memories", "postgres://someone:hunter2@[::1/memories"])(
    "refuses a malformed URL without quoting it: %s",
    async (databaseUrl) => {
      const error = await failure(openPg({ databaseUrl }));
      expect(error).toMatchObject({ code: "invalid_input" });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
    },
  );
});

const native = nativeUrl === undefined ? "native Postgres: PERSISTO_TEST_DATABASE_URL is not set" : "native Postgres";

describe.skipIf(nativeUrl === undefined)(native, () => {
  const poolSize = 5;
  let database: TestDatabase;
  let administrator: pg.Client;
  let client: SqlClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    administrator = new pg.Client({ connectionString: database.url, application_name: "administrator" });
    await administrator.connect();
    await administrator.query("create table pairs (id uuid not null, half int not null)");
  });

  afterAll(async () => {
    await administrator.end();
    await database.drop();
  });

  beforeEach(async () => {
    client = await openPg({ databaseUrl: database.url, poolSize, statementTimeoutMs: 2_000 });
  });

  afterEach(() => client.close());

  async function connections(): Promise<number[]> {
    const { rows } = await administrator.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'persisto' and datname = current_database()",
    );
    return rows.map(({ pid }) => pid);
  }

  async function terminateAll(): Promise<void> {
    await administrator.query("select pg_terminate_backend(pid) from unnest($1::int[]) as pid", [await connections()]);
  }

  it("names a database that does not exist", async () => {
    const url = new URL(database.url);
    url.pathname = "/nowhere";
    await expect(openPg({ databaseUrl: url.href })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/refused the connection: database "nowhere" does not exist/),
    });
  });

  it("keeps statements prepared when told to, and does without where a pooler forgets them", async () => {
    const single = await openPg({ databaseUrl: database.url, poolSize: 1 });
    try {
      const ask = (number: number) =>
        single.query<{ sum: number }>("select $1::int + 1 as sum", [number], { reuse: true });
      const prepared = () => single.query("select from pg_prepared_statements where name like 'persisto%'");
      expect(await ask(1)).toEqual([{ sum: 2 }]);
      expect(await ask(2)).toEqual([{ sum: 3 }]);
      expect(await prepared()).toHaveLength(1);
      await single.query("deallocate all");
      expect(await ask(3)).toEqual([{ sum: 4 }]);
      expect(await ask(4)).toEqual([{ sum: 5 }]);
      expect(await prepared()).toHaveLength(0);
    } finally {
      await single.close();
    }
  });

  it("keeps statements prepared after the role was not there that they were to run as", async () => {
    const single = await openPg({ databaseUrl: database.url, poolSize: 1 });
    try {
      const ask = (role: string) =>
        single
          .session({ sight: { role: role as "none", projectId: "" } })
          .query<{ two: number }>("select 2 as two", [], { reuse: true });
      await expect(ask("persisto_nobody")).rejects.toThrow(/does not exist/);
      expect(await ask("none")).toEqual([{ two: 2 }]);
      await expect(ask("persisto_nobody")).rejects.toThrow(/does not exist/);
      expect(await ask("none")).toEqual([{ two: 2 }]);
      const prepared = await single.query("select from pg_prepared_statements where name like 'persisto%'");
      expect(prepared).toHaveLength(2);
    } finally {
      await single.close();
    }
  });

  it("has its settings in and outside of transactions", async () => {
    const settings = `select current_setting('jit') as jit, current_setting('max_parallel_workers_per_gather') as workers,
      current_setting('timezone') as timezone, current_setting('statement_timeout') as statement_timeout,
      current_setting('application_name') as application_name`;
    const expected = {
      jit: "off",
      workers: "0",
      timezone: "UTC",
      statement_timeout: "2s",
      application_name: "persisto",
    };
    expect(await client.query(settings)).toEqual([expected]);
    expect(await client.transaction((query) => query(settings))).toEqual([expected]);
    expect(await client.session({ statementTimeoutMs: 7_000 }).transaction((query) => query(settings))).toEqual([
      { ...expected, statement_timeout: "7s" },
    ]);
    expect(await client.session({ statementTimeoutMs: 7_000 }).query(settings)).toEqual([
      { ...expected, statement_timeout: "7s" },
    ]);
    expect(await client.query(settings)).toEqual([expected]);
  });

  it("does not care what an application does to the parsers of the pg package", async () => {
    const rows = "select 5::int8 as big, '{}'::jsonb as json, timestamptz '2026-01-01Z' as at";
    pg.types.setTypeParser(pg.types.builtins.INT8, () => "spoilt");
    pg.types.setTypeParser(pg.types.builtins.JSONB, () => "spoilt");
    pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, () => "spoilt");
    expect(await client.query(rows)).toEqual([{ big: "5", json: {}, at: new Date("2026-01-01T00:00:00Z") }]);
  });

  it("ends a statement that takes too long, and its connection with it", async () => {
    const [before] = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    await expect(client.query("select pg_sleep(60)")).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
      sqlState: "57014",
    });
    const [after] = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    expect(after?.pid).not.toBe(before?.pid);
  });

  it("gives up a connection whose server does not keep the time", async () => {
    const work = client.session({ statementTimeoutMs: 100 }).transaction(async (query) => {
      await query("set local statement_timeout = 0");
      await query("select pg_sleep(8)");
    });
    await expect(work).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect(await client.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("survives the loss of idle connections", async () => {
    await Promise.all(Array.from({ length: poolSize }, () => client.query("select pg_sleep(0.05)")));
    await terminateAll();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await client.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("fails a statement whose connection is lost, and works on", async () => {
    const call = failure(client.query("select pg_sleep(60)"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await terminateAll();
    expect(await call).toMatchObject({ code: "unavailable", retryable: true });
    expect(await client.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("fails a transaction whose connection is lost between two statements, and works on", async () => {
    const work = client.transaction(async (query) => {
      await query("insert into pairs values (gen_random_uuid(), -1)");
      await terminateAll();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await query("select 1").catch(() => "hidden");
    });
    await expect(work).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect(await client.query("select * from pairs where half = -1")).toEqual([]);
  });

  it("says that nobody knows what became of a change whose answer is lost, and only then", async () => {
    const proxy = await startAnswerLosingProxy(database.url);
    const through = await openPg({ databaseUrl: proxy.url, poolSize: 1 });
    const insert = (half: number): string => `insert into pairs values (gen_random_uuid(), ${half})`;
    const count = async (half: number): Promise<number> =>
      (await client.query("select from pairs where half = $1::int", [half])).length;
    try {
      proxy.loseAnswerTo("commit");
      const committed = through.transaction((query) => query(insert(-2)));
      await expect(committed).rejects.toMatchObject({ code: "unavailable", details: { outcomeUnknown: true } });
      await expect.poll(() => count(-2)).toBe(1);

      // Between doing it and saying so it may also find that it is to end, and say that.
      proxy.loseAnswerTo("commit", terminationMessage());
      const terminated = through.transaction((query) => query(insert(-5)));
      await expect(terminated).rejects.toMatchObject({ code: "unavailable", details: { outcomeUnknown: true } });
      await expect.poll(() => count(-5)).toBe(1);

      proxy.loseAnswerTo("insert");
      await expect(through.query(insert(-3))).rejects.toMatchObject({ details: { outcomeUnknown: true } });
      await expect.poll(() => count(-3)).toBe(1);

      proxy.loseAnswerTo("insert");
      const undone = await failure(through.transaction((query) => query(insert(-4))));
      expect(undone).toMatchObject({ code: "unavailable" });
      expect((undone as PersistoError).details).not.toHaveProperty("outcomeUnknown");
      expect(await count(-4)).toBe(0);
      expect(await through.query("select 1 as one")).toEqual([{ one: 1 }]);
    } finally {
      await through.close();
      await proxy.close();
      await client.query("delete from pairs where half < 0");
    }
  });

  it("never mixes up answers or leaves half a transaction while connections are killed at random", async () => {
    const committed: string[] = [];
    let over = false;
    const killer = (async () => {
      while (!over) {
        const [pid] = await connections();
        if (pid !== undefined) await administrator.query("select pg_terminate_backend($1)", [pid]);
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
    async function ask(number: number): Promise<void> {
      const [row] = await client.query<{ number: number }>("select $1::int as number, pg_sleep(0.005)", [number]);
      expect(row?.number).toBe(number);
    }
    async function save(): Promise<void> {
      const id = crypto.randomUUID();
      await client.transaction(async (query) => {
        await query("insert into pairs values ($1::uuid, 1)", [id]);
        await query("insert into pairs values ($1::uuid, 2)", [id]);
      });
      committed.push(id);
    }
    const failures: unknown[] = [];
    const users = Array.from({ length: 60 }, async (_, user) => {
      for (let call = 0; call < 10; call += 1) {
        await (call % 2 === 0 ? ask(user * 100 + call) : save()).catch((error: unknown) => failures.push(error));
      }
    });
    await Promise.all(users);
    over = true;
    await killer;

    expect(failures.length).toBeGreaterThan(0);
    for (const error of failures) expect(isPersistoError(error) && error.code).toBe("unavailable");
    const { rows } = await administrator.query<{ id: string; halves: number }>(
      "select id, count(*)::int as halves from pairs group by id",
    );
    expect(rows.filter(({ halves }) => halves !== 2)).toEqual([]);
    const saved = new Set(rows.map(({ id }) => id));
    expect(committed.filter((id) => !saved.has(id))).toEqual([]);
    await Promise.all(Array.from({ length: 20 }, () => client.query("select pg_sleep(0.01)")));
    expect((await connections()).length).toBeLessThanOrEqual(poolSize);
  });

  it("lets more calls than there are connections wait their turn", async () => {
    const calls = Array.from({ length: 100 }, (_, number) => client.query("select $1::int as number", [number]));
    expect((await Promise.all(calls)).flat()).toEqual(calls.map((_, number) => ({ number })));
    expect((await connections()).length).toBeLessThanOrEqual(poolSize);
  });

  it("leaves no connection behind when it is closed", async () => {
    await client.close();
    await expect.poll(connections).toEqual([]);
  });

  it("does not keep an idle process alive", async () => {
    const directory = await mkdtemp(join(tmpdir(), "persisto-pg-"));
    const child = startChild(await bundleScript("pg-child.ts", directory), [database.url]);
    expect(await child.message()).toEqual([{ one: 1 }]);
    expect(await child.exited).toBe(0);
    await rm(directory, { recursive: true, force: true });
  });
});
