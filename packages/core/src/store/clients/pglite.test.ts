import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { PersistoError } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SqlClient } from "../sql-client.js";
import { openPglite } from "./pglite.js";
import type { Task } from "./testing/pglite-child.js";
import { bundleScript, startChild, type Child } from "./testing/start-child.js";

// Making an embedded Postgres takes 2 s, on a busy machine ten times as long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A statement that PGlite does not answer before the test is over. */
const endless = "select count(*) from generate_series(1, 1000000000000)";

const stopped = { code: "unavailable", status: 503, retryable: true };

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "persisto-pglite-"));
  const client = await openPglite({ dataDir: join(root, "made") });
  await client.close();
});

afterAll(() => rm(root, { recursive: true, force: true }));

function emptyDirectory(): Promise<string> {
  return mkdtemp(join(root, "data-"));
}

/** A data directory with an empty Postgres in it, copied because making one takes seconds. */
async function newDirectory(): Promise<string> {
  const dataDir = await emptyDirectory();
  await cp(join(root, "made"), dataDir, { recursive: true });
  return dataDir;
}

describe("a PGlite that hangs or dies", () => {
  let dataDir: string;
  let client: SqlClient;
  const restarts: PersistoError[] = [];
  const workers: Worker[] = [];
  const noteWorker = (worker: Worker): void => void workers.push(worker);

  beforeAll(async () => {
    process.on("worker", noteWorker);
    dataDir = await newDirectory();
    client = await openPglite({ dataDir, statementTimeoutMs: 3_000, onRestart: (reason) => restarts.push(reason) });
    await client.query("create table notes (id int primary key, body jsonb)");
    await client.query("insert into notes select id from generate_series(1, 200) as id");
  });

  afterAll(async () => {
    process.off("worker", noteWorker);
    await client.close();
  });

  async function countNotes(): Promise<number | undefined> {
    const [row] = await client.query<{ count: number }>("select count(*)::int as count from notes");
    return row?.count;
  }

  async function dieOf(kill: Promise<unknown>): Promise<void> {
    restarts.length = 0;
    await kill;
    expect(await countNotes()).toBe(200);
    expect(restarts).toMatchObject([stopped]);
  }

  it.each([endless, "select pg_sleep(600)"])("is started again with all rows after %s", async (statement) => {
    await dieOf(expect(client.query(statement)).rejects.toMatchObject(stopped));
    expect(restarts[0]?.message).toContain("gave no answer for 3000 ms");
  });

  it("fails what is under way and what waits, and undoes the transaction", async () => {
    const transaction = client.transaction(async (query) => {
      await query("insert into notes values (1000)");
      await query(endless).catch(() => "hidden");
      await query("insert into notes values (1001)");
    });
    const waiting = [client.query("select 1"), client.transaction((query) => query("select 1"))];
    const failures = Promise.all([transaction, ...waiting].map((call) => expect(call).rejects.toMatchObject(stopped)));
    await dieOf(failures);
  });

  it("is started again when its thread ends by itself, under way or idle", async () => {
    const underWay = expect(client.query(endless)).rejects.toMatchObject(stopped);
    await new Promise((resolve) => setTimeout(resolve, 200));
    void workers.at(-1)?.terminate();
    await dieOf(underWay);

    const idle = workers.at(-1);
    void idle?.terminate();
    if (idle) await dieOf(once(idle, "exit"));
  });

  it("never takes a statement for done that it gave up without an error", async () => {
    // Far deeper than the border lets through (32): PGlite's stack overflows, and it answers with no rows.
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const insert = "insert into notes values (2000, $1::text::jsonb) returning id";
    await dieOf(expect(client.query(insert, [deep])).rejects.toMatchObject(stopped));
  });

  it("keeps the event loop free while a statement runs", async () => {
    const order: string[] = [];
    const statement = client.query("select pg_sleep(0.5)").then(() => order.push("statement"));
    await new Promise((resolve) => setTimeout(resolve, 1)).then(() => order.push("timer"));
    await statement;
    expect(order).toEqual(["timer", "statement"]);
  });

  it("does not take a pause of the whole process for a hanging statement", async () => {
    restarts.length = 0;
    const statement = client.query("select 1 as one");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_500);
    expect(await statement).toEqual([{ one: 1 }]);
    expect(await countNotes()).toBe(200);
    expect(restarts).toEqual([]);
  });

  it("gives a statement more time when told to", async () => {
    restarts.length = 0;
    await client.session({ statementTimeoutMs: 60_000 }).query("select pg_sleep(3.5)");
    expect(restarts).toEqual([]);
  });

  it("closes after it has died, and can be opened again", async () => {
    const dying = workers.at(-1);
    void dying?.terminate();
    if (dying) await once(dying, "exit");
    await client.close();
    expect(existsSync(join(dataDir, "persisto.lock"))).toBe(false);
    client = await openPglite({ dataDir });
    expect(await countNotes()).toBe(200);
  });
});

it("says that the data is lost when a PGlite in memory dies", async () => {
  const client = await openPglite({ statementTimeoutMs: 1_000 });
  await expect(client.query(endless)).rejects.toMatchObject(stopped);
  for (let call = 0; call < 2; call += 1) {
    await expect(client.query("select 1")).rejects.toMatchObject({
      code: "unavailable",
      retryable: false,
      message: expect.stringContaining("all data in memory is lost"),
    });
  }
  await client.close();
});

describe("a data directory", () => {
  it("keeps its data, and belongs to one client at a time", async () => {
    const dataDir = await newDirectory();
    const first = await openPglite({ dataDir });
    await first.query("create table notes as select 'kept' as body");
    await expect(openPglite({ dataDir })).rejects.toMatchObject({ code: "conflict" });
    await first.close();
    await first.close();
    const second = await openPglite({ dataDir });
    expect(await second.query("select body from notes")).toEqual([{ body: "kept" }]);
    await second.close();
  });

  it("is made anew when the process that made it died on the way", async () => {
    const dataDir = await emptyDirectory();
    await mkdir(join(dataDir, "postgres.new"));
    await writeFile(join(dataDir, "postgres.new", "PG_VERSION"), "18\n");
    const client = await openPglite({ dataDir });
    expect(await client.query("select 1 as one")).toEqual([{ one: 1 }]);
    await client.close();
    expect(existsSync(join(dataDir, "postgres.new"))).toBe(false);
  });

  it("that is damaged is refused by name, and given back", async () => {
    const dataDir = await emptyDirectory();
    await mkdir(join(dataDir, "postgres"));
    await writeFile(join(dataDir, "postgres", "PG_VERSION"), "18\n");
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(openPglite({ dataDir })).rejects.toMatchObject({
        code: "unavailable",
        retryable: false,
        message: expect.stringContaining(`Cannot open the embedded Postgres in ${join(dataDir, "postgres")}`),
      });
    }
    expect(existsSync(join(dataDir, "persisto.lock"))).toBe(false);
  });
});

describe("a process with PGlite", () => {
  let script: string;
  const children: Child[] = [];

  beforeAll(async () => {
    script = await bundleScript("pglite-child.ts", root);
  });

  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(children.map(({ exited }) => exited));
  });

  function start(task: Task, dataDir: string): Child {
    const child = startChild(script, [task, dataDir]);
    children.push(child);
    return child;
  }

  it("loses no acknowledged row and keeps no half transaction when it is killed", async () => {
    const dataDir = await newDirectory();
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const child = start("save for ever", dataDir);
      for (let batch = 0; batch < 10 + 7 * round; batch += 1) acknowledged.push(acknowledgedBy(await child.message()));
      child.kill("SIGKILL");
      await child.exited;
    }
    const client = await openPglite({ dataDir });
    const batches = await client.query<{ batch: string; parts: number }>(
      "select batch, count(*)::int as parts from saved group by batch",
    );
    await client.close();
    expect(batches.filter(({ parts }) => parts !== 20)).toEqual([]);
    const saved = new Set(batches.map(({ batch }) => batch));
    expect(acknowledged.filter((batch) => !saved.has(batch))).toEqual([]);
  });

  it("is refused the data directory of another, and told whose it is", async () => {
    const dataDir = await newDirectory();
    const client = await openPglite({ dataDir });
    expect(await start("open", dataDir).message()).toMatchObject({
      code: "conflict",
      message: expect.stringContaining(`in use by process ${process.pid}`),
    });
    await client.close();
  });

  it("exits by itself after close, and also without it when idle, but not while a statement runs", async () => {
    const dataDir = await newDirectory();
    expect(await start("open and close", dataDir).exited).toBe(0);
    expect(existsSync(join(dataDir, "persisto.lock"))).toBe(false);
    expect(await start("open", dataDir).exited).toBe(0);
    const busy = start("start a statement", dataDir);
    expect(await busy.message()).toEqual({ done: true });
    expect(await busy.exited).toBe(0);
  });
});

function acknowledgedBy(message: unknown): string {
  if (typeof message === "object" && message !== null && "acknowledged" in message) return String(message.acknowledged);
  throw new Error(`Not an acknowledgement: ${JSON.stringify(message)}`);
}
