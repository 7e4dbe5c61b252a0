import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { migrate, migrations, newestSchemaVersion, type Migration } from "../src/store/postgres/migrate.js";
import type { SqlClient } from "../src/store/sql-client.js";
import { backends, type TestDatabase } from "./backends.js";
import { nativeUrl } from "./native-database.js";

const next = newestSchemaVersion + 1;

/** The steps of this version and one of the next. */
function upTo(sql: string, rest: Partial<Migration> = {}): Migration[] {
  return [...migrations, { version: next, name: "next", sql, ...rest }];
}

async function versionOf({ query }: SqlClient): Promise<number> {
  const [row] = await query<{ version: number }>("select max(version) as version from persisto.migrations");
  return row!.version;
}

/** Those since the last that promised nothing. */
const promised = migrations.filter(
  ({ version }) => version > Math.max(...migrations.map(({ oldestServer = 0 }) => oldestServer)),
);

describe("a migration that claims to only add", () => {
  const takesAway =
    /\bdrop\s+(?!default\b)\w+|\brename\b|\btruncate\b|\bset\s+not\s+null\b|\balter\s+column\s+\w+\s+(?:set\s+data\s+)?type\b|\badd\s+(?:constraint|foreign|check|unique|primary)\b/i;

  it("takes nothing away that servers of the version before work with", () => {
    const withoutComments = (sql: string) => sql.replaceAll(/--.*$/gm, "");
    expect(promised.filter(({ sql }) => takesAway.test(withoutComments(sql))).map(({ name }) => name)).toEqual([]);
  });

  it("holds one table of before: with two, it and a request that has them the other way round would wait for each other", () => {
    const held = ({ sql }: Migration): string[] => {
      const tables = (pattern: RegExp) => [...sql.matchAll(pattern)].map(([, name = ""]) => name);
      const made = tables(/\bcreate\s+(?:unlogged\s+)?table\s+persisto\.(\w+)/gi);
      const used = tables(/\b(?:alter\s+table|references|on|update|from)\s+persisto\.(\w+)/gi);
      return [...new Set(used)].filter((name) => !made.includes(name));
    };
    expect(held({ version: 1, name: "", sql: "create table persisto.a (b text references persisto.c)" })).toEqual([
      "c",
    ]);
    expect(promised.filter((migration) => held(migration).length > 1).map(({ name }) => name)).toEqual([]);
  });

  it("is one that this test can tell", () => {
    expect(takesAway.test("alter table persisto.memories\n  add column note text not null default ''")).toBe(false);
    expect(
      takesAway.test("create table persisto.notes (id text primary key, of text references x on delete cascade)"),
    ).toBe(false);
    for (const sql of [
      "drop column a",
      "drop  table b",
      "alter column c type text",
      "rename to d",
      "add foreign key (e)",
    ]) {
      expect(takesAway.test(sql), sql).toBe(true);
    }
  });
});

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`migrations on ${title}`, { timeout: 120_000 }, () => {
    let database: TestDatabase;

    beforeAll(async () => {
      database = await backend.create();
      const persisto = await createPersisto(database.options);
      await persisto.save({ namespace: "n", id: "before", content: "The ferry leaves at nine." });
      await persisto.close();
    }, 120_000);
    afterAll(() => database?.drop());

    async function probe<T>(use: (client: SqlClient) => Promise<T>): Promise<T> {
      const client = await database.probe();
      try {
        return await use(client);
      } finally {
        await client.close();
      }
    }

    async function isFound(): Promise<boolean> {
      const persisto = await createPersisto(database.options);
      try {
        await persisto.save({ namespace: "n", content: "Another one." });
        return (
          (await persisto.query({ namespace: "n", query: "When does the ferry leave?" })).results[0]?.id === "before"
        );
      } finally {
        await persisto.close();
      }
    }

    it("leave nothing of one that fails, and go on from there", async () => {
      await probe(async (client) => {
        await expect(migrate(client, upTo("create table persisto.half (id text);\nselect 1 / 0;"))).rejects.toThrow();
        expect(await versionOf(client)).toBe(newestSchemaVersion);
        expect(await client.query("select where to_regclass('persisto.half') is not null")).toEqual([]);
      });
      expect(await isFound()).toBe(true);
    });

    it("keep those that were done when a later one fails", async () => {
      const steps = [
        ...upTo("create table persisto.added (id text);"),
        { version: next + 1, name: "broken", sql: "select 1 / 0;" },
      ];
      await probe(async (client) => {
        await expect(migrate(client, steps)).rejects.toThrow();
        expect(await versionOf(client)).toBe(next);
      });
    });

    it("of a newer version that only add leave an older one at work, also when it starts again", async () => {
      await probe((client) => migrate(client, upTo("create table persisto.added (id text);")));
      expect(await isFound()).toBe(true);
    });

    it("of a newer version that take something away keep an older one from starting", async () => {
      const steps = [
        ...upTo(""),
        { version: next + 1, name: "contract", sql: "drop table persisto.added;", oldestServer: next },
      ];
      await probe((client) => migrate(client, steps));
      await expect(createPersisto(database.options)).rejects.toMatchObject({ code: "conflict" });
      await probe((client) => migrate(client, upTo("")));
    });
  });
}

const skipped = nativeUrl === undefined ? " (PERSISTO_TEST_DATABASE_URL is not set)" : "";

describe.skipIf(nativeUrl === undefined)(
  `a migration beside others on native Postgres${skipped}`,
  { timeout: 120_000 },
  () => {
    const native = backends.find(({ name }) => name === "native Postgres")!;
    let database: TestDatabase;
    let persisto: Persisto;
    let client: SqlClient;
    let other: pg.Client;

    beforeAll(async () => {
      database = await native.create();
      persisto = await createPersisto(database.options);
      await persisto.save({ namespace: "n", id: "before", content: "The ferry leaves at nine." });
      client = await database.probe();
      other = new pg.Client({ connectionString: database.options.databaseUrl });
      await other.connect();
    }, 120_000);
    afterAll(async () => {
      await other?.end();
      await client?.close();
      await persisto?.close();
      await database?.drop();
    });

    it("does not have others wait behind it for a table that is in use, and is done once the table is free", async () => {
      await other.query("begin");
      // What pg_dump holds on each table as long as it runs.
      await other.query("lock table persisto.memories in access share mode");
      let isDone = false;
      const migrating = migrate(client, upTo("alter table persisto.memories add column note text;")).then(
        () => (isDone = true),
      );
      const isWaiting = async (): Promise<boolean> => {
        const { rows } = await other.query(
          "select from pg_locks where relation = 'persisto.memories'::regclass and not granted and mode = 'AccessExclusiveLock'",
        );
        return rows.length > 0;
      };
      // Through several tries, each of which others meet.
      for (let round = 0; round < 3; round++) {
        await expect.poll(isWaiting, { interval: 20 }).toBe(true);
        await persisto.save({ namespace: "n", content: `Saved in round ${round}.` });
        await persisto.query({ namespace: "n", query: "ferry" });
      }
      expect(isDone).toBe(false);
      await other.query("commit");
      await migrating;
      expect(await versionOf(client)).toBe(next);
      expect((await persisto.list({ namespace: "n" })).memories).toHaveLength(4);
    });

    it("leaves nothing when its server dies in the midst, and the next does it again", async () => {
      const dying = await database.probe();
      const step = (sql: string): Migration[] => [...upTo(""), { version: next + 1, name: "long", sql }];
      const failed = expect(
        migrate(dying, step("create table persisto.long (id text);\nselect pg_sleep(60);")),
      ).rejects.toMatchObject({ code: "unavailable" });
      const kill = async (): Promise<number> => {
        const { rowCount } = await other.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`,
        );
        return rowCount ?? 0;
      };
      await expect.poll(kill).toBeGreaterThan(0);
      await failed;
      await dying.close();
      expect(await versionOf(client)).toBe(next);
      await migrate(client, step("create table persisto.long (id text);"));
      expect(await versionOf(client)).toBe(next + 1);
    });
  },
);
