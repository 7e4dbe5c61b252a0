import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto } from "../src/create-persisto.js";
import { createTestDatabase, nativeUrl, type TestDatabase } from "./native-database.js";

const skipped = nativeUrl === undefined ? " (PERSISTO_TEST_DATABASE_URL is not set)" : "";

/** A superuser ignores row security, also where it is forced: this is the login of everybody else. */
describe.skipIf(nativeUrl === undefined)(`a login that is no superuser${skipped}`, { timeout: 60_000 }, () => {
  const login = `persisto_login_${randomBytes(6).toString("hex")}`;
  let database: TestDatabase;
  let admin: pg.Client;
  let databaseUrl: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(`create role ${login} login createrole password 'secret'`);
    await admin.query(
      "do $$ begin create role persisto_app nologin; exception when duplicate_object then null; end $$",
    );
    await admin.query(
      "do $$ begin create role persisto_jobs nologin; exception when duplicate_object then null; end $$",
    );
    await admin.query(`grant persisto_app, persisto_jobs to ${login}`);
    await admin.query("create extension vector");
    await admin.query(
      `do $$ begin execute format('grant create on database %I to ${login}', current_database()); end $$`,
    );
    const url = new URL(database.url);
    url.username = login;
    url.password = "secret";
    databaseUrl = url.href;
  }, 60_000);

  afterAll(async () => {
    await admin?.end();
    await database?.drop();
    if (nativeUrl === undefined) return;
    const client = new pg.Client({ connectionString: nativeUrl });
    await client.connect();
    await client.query(`drop role if exists ${login}`);
    await client.end();
  });

  /** Opens the store, does what an application does, and closes it. */
  async function use(content: string): Promise<string[]> {
    const warnings: string[] = [];
    const persisto = await createPersisto({ databaseUrl, log: { warn: (message) => void warnings.push(message) } });
    try {
      const { key } = await persisto.access.createKey({ projectId: "default", name: "test" });
      const { memory } = persisto.access.of(await persisto.access.authenticate(key));
      await memory.save({ namespace: "n", content });
      expect((await memory.query({ namespace: "n", query: content })).results.length).toBeGreaterThan(0);
      expect(warnings).toEqual([]);
      return (await memory.list({ namespace: "n" })).memories.map((record) => record.content);
    } finally {
      await persisto.close();
    }
  }

  it("opens a store, and opens it again", async () => {
    expect(await use("first")).toEqual(["first"]);
    expect(await use("second")).toEqual(["second", "first"]);
  });

  it("finds everything in a database that was restored without the policies, whose roles were not there yet", async () => {
    const { rows } = await admin.query<{ policy: string; name: string }>(
      "select polname as policy, polrelid::regclass::text as name from pg_policy where polrelid::regclass::text like 'persisto.%'",
    );
    for (const { policy, name } of rows) await admin.query(`drop policy ${policy} on ${name}`);
    expect(await use("third")).toEqual(["third", "second", "first"]);
  });

  it.each([
    ["every right on tables", "revoke all on all tables in schema persisto from persisto_app, persisto_jobs"],
    ["one right on one table", "revoke insert on persisto.chunks from persisto_app"],
    ["the right on the sequence", "revoke all on sequence persisto.memory_seq from persisto_app, persisto_jobs"],
    ["the right to add up what was used", "revoke all on persisto.usage_hours from persisto_jobs"],
    ["what is withheld", "grant update, delete on persisto.audit_log to persisto_jobs"],
    ["the right on the schema", "revoke all on schema persisto from persisto_app, persisto_jobs"],
    ["its vectors", "revoke all on persisto.embeddings_1 from persisto_app, persisto_jobs"],
    ["row security", "alter table persisto.memories disable row level security"],
    [
      "the owners of what reads more than who asks",
      `alter view persisto.project_chunks owner to ${login}; alter function persisto.chain_audit() owner to ${login}; alter function persisto.count_query() owner to ${login}`,
    ],
  ])("repairs a store that was restored without %s", async (_, loss) => {
    const state = async () => {
      const { rows } = await admin.query(
        `select c.relname, c.relrowsecurity, pg_get_userbyid(c.relowner) as owner, verb,
          has_table_privilege('persisto_app', c.oid, verb) as app, has_table_privilege('persisto_jobs', c.oid, verb) as jobs
        from pg_class c
        cross join unnest(array['select', 'insert', 'update', 'delete']) as verb
        where c.relnamespace = 'persisto'::regnamespace and c.relkind in ('r', 'v')
        union all
        select proname, true, pg_get_userbyid(proowner), '', true, true from pg_proc where pronamespace = 'persisto'::regnamespace
        order by relname, verb`,
      );
      return rows as unknown[];
    };
    await use("before");
    const before = await state();
    await admin.query(loss);
    await use("after");
    expect(await state()).toEqual(before);
  });

  it("leaves the catalog alone where nothing is missing", async () => {
    const versions = async () => {
      const { rows } = await admin.query(
        "select oid, xmin::text from pg_class where relnamespace = 'persisto'::regnamespace and relkind in ('r', 'v') order by oid",
      );
      return rows as unknown[];
    };
    await use("before");
    const before = await versions();
    await use("after");
    expect(await versions()).toEqual(before);
  });

  it("migrates what is in the tables, also where row security is forced", async () => {
    const { rows: before } = await admin.query<{ count: number }>(
      "select count(*)::int as count from persisto.queries",
    );
    expect(before[0]!.count).toBeGreaterThan(0);
    // As version 6 of the schema left it: nothing counted, and an entry of a namespace that is gone.
    await admin.query("alter table persisto.queries drop constraint queries_project_id_namespace_fkey");
    await admin.query("drop index persisto.queries_by_namespace");
    await admin.query(
      `drop table persisto.rate_limits, persisto.usage_events, persisto.usage_hours, persisto.usage_rolled_up, persisto.quotas cascade;
      drop function persisto.count_added, persisto.count_changed, persisto.count_removed, persisto.count_query,
        persisto.take_embedded_tokens, persisto.hold_quota, persisto.note_usage cascade;
      alter table persisto.memories drop column bytes, drop column passage_bytes`,
    );
    await admin.query("delete from persisto.migrations where version > 6");
    await admin.query("update persisto.queries set namespace = 'gone'");
    await use("fourth");
    const { rows } = await admin.query("select from persisto.queries where namespace = 'gone'");
    expect(rows).toEqual([]);
    const { rows: ledger } = await admin.query("select sum(stored_bytes)::int as bytes from persisto.usage_events");
    const { rows: stored } = await admin.query("select sum(bytes)::int as bytes from persisto.memories");
    expect(ledger).toEqual(stored);
  });
});
