import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPersisto } from "../src/create-persisto.js";
import { createTestDatabase, nativeUrl, type TestDatabase } from "./native-database.js";

const skipped = nativeUrl === undefined ? " (PERSISTO_TEST_DATABASE_URL is not set)" : "";

/** What a message tells an administrator to run. */
function remedyIn(message: string): string {
  return /as an administrator(?: of this database)? run: (.*;)/i.exec(message)?.[1] ?? expect.fail(message);
}

describe.skipIf(nativeUrl === undefined)(`a database user${skipped}`, { timeout: 60_000 }, () => {
  let login: string;
  let database: TestDatabase;
  let admin: pg.Client;

  beforeEach(async () => {
    login = `Persisto "login" ${randomBytes(6).toString("hex")}`;
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    for (const role of ["persisto_app", "persisto_jobs"]) {
      await admin.query(`do $$ begin create role ${role} nologin; exception when duplicate_object then null; end $$`);
    }
  }, 60_000);

  afterEach(async () => {
    await admin.end();
    await database.drop();
    const client = new pg.Client({ connectionString: nativeUrl! });
    await client.connect();
    await client.query(`drop role ${quoted()}`);
    await client.end();
  });

  const quoted = (): string => pg.escapeIdentifier(login);

  async function makeLogin(
    attributes: string,
    { ownsDatabase = true, hasExtension = true }: { ownsDatabase?: boolean; hasExtension?: boolean } = {},
  ): Promise<void> {
    await admin.query(`create role ${quoted()} login password 'secret' ${attributes}`);
    if (ownsDatabase)
      await admin.query(`alter database ${new URL(database.url).pathname.slice(1)} owner to ${quoted()}`);
    if (hasExtension) await admin.query("create extension vector");
  }

  /** Opens the store, uses it and closes it; gives the warnings. */
  async function start(): Promise<string[]> {
    const url = new URL(database.url);
    url.username = encodeURIComponent(login);
    url.password = "secret";
    const warnings: string[] = [];
    const persisto = await createPersisto({
      databaseUrl: url.href,
      log: { warn: (message) => void warnings.push(message) },
    });
    try {
      const { key } = await persisto.access.createKey({ projectId: "default", name: "test" });
      const { memory } = persisto.access.of(await persisto.access.authenticate(key));
      const { id } = await memory.save({ namespace: "n", content: "Ann likes short answers." });
      expect(await memory.get({ namespace: "n", id })).not.toBeNull();
      await memory.deleteNamespace({ namespace: "n" });
      return warnings;
    } finally {
      await persisto.close();
    }
  }

  /** Why the store does not open. */
  async function refusal(): Promise<string> {
    const error = await start().then(
      () => expect.fail("It started."),
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "unavailable", retryable: false });
    return (error as Error).message;
  }

  it("who is a superuser works", async () => {
    await makeLogin("superuser");
    expect(await start()).toEqual([]);
  });

  it("who owns the database and is a member of the roles works", async () => {
    await makeLogin("");
    await admin.query(`grant persisto_app, persisto_jobs to ${quoted()}`);
    expect(await start()).toEqual([]);
    expect(await start()).toEqual([]);
  });

  it("who is no member of the roles is told how to become one, and has row security after that", async () => {
    await makeLogin("");
    const [warning, ...others] = await start();
    expect(others).toEqual([]);
    await admin.query(remedyIn(warning!));
    expect(await start()).toEqual([]);
  });

  it("who does not inherit is told what to change, and has row security after that", async () => {
    await makeLogin("noinherit");
    await admin.query(`grant persisto_app, persisto_jobs to ${quoted()}`);
    const [warning, ...others] = await start();
    expect(others).toEqual([]);
    expect(warning).toContain("inherit");
    await admin.query(remedyIn(warning!));
    expect(await start()).toEqual([]);
  });

  it.each([
    ["is no member of the roles any more", "revoke persisto_app, persisto_jobs from %"],
    ["is a member of one role only", "revoke persisto_jobs from %"],
    ["does not inherit any more", "alter role % noinherit; revoke persisto_app from %; grant persisto_app to %"],
  ])("who %s does not start a store with row security, and does after the remedy", async (_, loss) => {
    await makeLogin("");
    await admin.query(`grant persisto_app, persisto_jobs to ${quoted()}`);
    await start();
    await admin.query(loss.replaceAll("%", quoted()));
    await admin.query(remedyIn(await refusal()));
    expect(await start()).toEqual([]);
  });

  it("who may not make a schema is told how to be allowed", async () => {
    await makeLogin("", { ownsDatabase: false });
    await admin.query(`grant persisto_app, persisto_jobs to ${quoted()}`);
    await admin.query(remedyIn(await refusal()));
    expect(await start()).toEqual([]);
  });

  it("who may not make the extension is told to have it made", async () => {
    await makeLogin("", { hasExtension: false });
    await admin.query(`grant persisto_app, persisto_jobs to ${quoted()}`);
    const { rows } = await admin.query<{ trusted: boolean }>(
      "select bool_or(trusted) as trusted from pg_available_extension_versions where name = 'vector'",
    );
    // Where the extension is trusted, the owner of the database makes it.
    if (rows[0]!.trusted) return expect(await start()).toEqual([]);
    await admin.query(remedyIn(await refusal()));
    expect(await start()).toEqual([]);
  });

  it("who does not own the tables is told how to act as their owner", async () => {
    await makeLogin("");
    await admin.query(`grant persisto_app, persisto_jobs to ${quoted()}`);
    await start();
    await admin.query("alter schema persisto owner to current_user");
    await admin.query(`reassign owned by ${quoted()} to current_user`);
    const message = await refusal();
    expect(message).toContain("belongs to");
  });
});
