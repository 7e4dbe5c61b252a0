import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPersisto, type Persisto } from "../src/create-persisto.js";
import { createTestDatabase, nativeUrl, type TestDatabase } from "./native-database.js";

const skipped = nativeUrl === undefined ? " (PERSISTO_TEST_DATABASE_URL is not set)" : "";

/** Of the embedded database everybody waits for the one session anyway. */
describe.skipIf(nativeUrl === undefined)(`a deletion that takes long${skipped}`, { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let persisto: Persisto;

  beforeAll(async () => {
    database = await createTestDatabase();
    persisto = await createPersisto({ databaseUrl: database.url });
  }, 60_000);

  afterAll(async () => {
    await persisto?.close();
    await database?.drop();
  });

  it("lets others write to the audit log meanwhile, and is in it in the end", async () => {
    const { key } = await persisto.access.createKey({ projectId: "default", name: "test" });
    const { memory, administration } = persisto.access.of(await persisto.access.authenticate(key));
    await memory.save({ namespace: "n", id: "a", content: "One text." });
    const [holder, watcher] = [1, 2].map(() => new pg.Client({ connectionString: database.url }));
    await Promise.all([holder!.connect(), watcher!.connect()]);
    try {
      await holder!.query("begin");
      // The cascade stops here.
      await holder!.query("select from persisto.chunks for update");
      const deletion = memory.delete({ namespace: "n", ids: ["a"] });
      await expect
        .poll(async () => {
          const { rows } = await watcher!.query(
            "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          );
          return rows.length;
        })
        .toBe(1);
      const others = Promise.race([
        administration.createKey({ project: "default", name: "other" }).then(() => "done"),
        deletion.then(() => "only after the deletion"),
        new Promise((resolve) => setTimeout(resolve, 5_000, "not while the deletion is under way")),
      ]);
      expect(await others).toBe("done");
      await holder!.query("rollback");
      expect(await deletion).toEqual({ count: 1 });
    } finally {
      await Promise.all([holder!.end(), watcher!.end()]);
    }
    const { entries } = await administration.listAudit({ project: "default" });
    expect(entries.slice(0, 2)).toMatchObject([
      { action: "memories.delete", details: { count: 1 } },
      { action: "key.create" },
    ]);
  });
});
