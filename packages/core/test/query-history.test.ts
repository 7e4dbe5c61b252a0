import { setTimeout as pause } from "node:timers/promises";
import type { Embedder } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../src/lifecycle/log.js";
import { createQueryHistory } from "../src/lifecycle/query-history.js";
import { openPostgresStore } from "../src/store/postgres/open-postgres-store.js";
import type { SqlClient } from "../src/store/sql-client.js";
import type { Store } from "../src/store/store.js";
import { backends, type TestDatabase } from "./backends.js";

const embedder: Embedder = { id: "test/none", dimensions: 3, embed: async () => [] };

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`the query history on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;
    let client: SqlClient;
    let store: Store;

    beforeAll(async () => {
      database = await backend.create();
      client = await database.probe();
      ({ store } = await openPostgresStore(client, [embedder]));
      await store.setLanguage({ projectId: "p" }, "n", "english");
    }, 60_000);

    afterAll(async () => {
      await client?.close();
      await database?.drop();
    });

    it("keeps the order of queries, also when the database kept the first of them waiting", async () => {
      const delays = [100, 0];
      const recordQueries: Store["recordQueries"] = async (...entries) => {
        await pause(delays.shift());
        return store.recordQueries(...entries);
      };
      const history = createQueryHistory({ recordQueries }, silentLog);
      const record = (queryText: string): void =>
        history.record({
          projectId: "p",
          namespace: "n",
          queryText,
          filters: {},
          topK: 10,
          mode: "strict",
          count: 0,
          durationMs: 1,
        });
      record("first");
      const written = history.flush();
      // After the first was taken to be written, and before it was.
      await pause(1);
      record("second");
      await written;
      await history.flush();
      const page = await store.pageQueries({ projectId: "p" }, { limit: 10 });
      expect(page.map(({ entry }) => entry.queryText)).toEqual(["second", "first"]);
    });

    // PGlite has one session, in which nothing waits for anything.
    it.skipIf(backend.name === "embedded PGlite")(
      "does not wait for a namespace of somebody else that is being deleted",
      async () => {
        await store.setLanguage({ projectId: "slow" }, "n", "english");
        const entry = { namespace: "n", filters: {}, topK: 10, mode: "strict", count: 0, durationMs: 1, ageMs: 0 };
        await client.transaction(async (query) => {
          await query("delete from persisto.namespaces where project_id = 'slow'");
          const written = store.recordQueries(
            [
              { ...entry, projectId: "slow", queryText: "goes with the namespace" },
              { ...entry, projectId: "p", queryText: "stays" },
            ],
            null,
          );
          expect(await Promise.race([written, pause(5_000, "waits")])).not.toBe("waits");
        });
        const [newest] = await store.pageQueries({ projectId: "p" }, { limit: 1 });
        expect(newest!.entry.queryText).toBe("stays");
      },
    );

    it.skipIf(backend.name === "embedded PGlite")(
      "and the audit log do not wait for each other's deletions",
      async () => {
        const audit = { actor: { kind: "key", id: "k" }, requestId: "r", action: "test", target: "t" } as const;
        const [large, small] = [{ projectId: "large" }, { projectId: "small" }];
        for (const scope of [large, small]) await store.setLanguage(scope, "n", "english");
        await client.query(
          `insert into persisto.memories (project_id, namespace_id, id, seq, content, metadata, chunk_count)
        select project_id, id, 'm', nextval('persisto.memory_seq'), 'c', '{}', 0 from persisto.namespaces where project_id = 'large'`,
        );
        let removing: Promise<number> | undefined;
        await client.transaction(async (query) => {
          // What goes with the namespace takes as long as this.
          await query("select from persisto.memories where project_id = 'large' for update");
          removing = store.removeNamespace(large, { namespace: "n", audit }, null);
          await pause(300);
          const other = store.removeNamespace(small, { namespace: "n", audit }, null);
          expect(await Promise.race([other, pause(5_000, "waits")])).not.toBe("waits");
        });
        expect(await removing).toBe(1);
      },
    );
  });
}
