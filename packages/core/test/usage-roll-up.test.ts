import type { Embedder } from "@persisto/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AccessStore } from "../src/store/access-store.js";
import { openPostgresStore } from "../src/store/postgres/open-postgres-store.js";
import type { SqlClient } from "../src/store/sql-client.js";
import type { NewRecord, Store } from "../src/store/store.js";
import { backends, type TestDatabase } from "./backends.js";

const embedder: Embedder = { id: "test/none", dimensions: 3, embed: async () => [] };
const scope = { projectId: "p", keyId: "key" };
const audit = { actor: { kind: "operator", id: "o" }, requestId: "r", action: "test", target: "t" } as const;
const everything = { projectId: "p", from: "2000-01-01", to: "2999-12-31", keyId: undefined, isPerKey: true } as const;

const record = (content: string): NewRecord => ({
  namespace: "n",
  language: "english",
  id: content,
  content,
  metadata: {},
  ttlSeconds: null,
  expiresAt: null,
  createdAt: null,
  updatedAt: null,
  passageBytes: 0,
  embeddedTokens: 3,
  passages: [{ content: null, vector: Float32Array.from([1, 0, 0]), terms: { weights: [[1, 1]], length: 1 } }],
});

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`the ledger of usage on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;
    let client: SqlClient;
    let store: Store;
    let access: AccessStore;

    beforeEach(async () => {
      database = await backend.create();
      client = await database.probe();
      ({ store, access } = await openPostgresStore(client, [embedder]));
    }, 60_000);

    afterEach(async () => {
      await client?.close();
      await database?.drop();
    });

    /** Saves a memory so many hours ago. */
    async function saveAgo(hours: number, content: string, keyId = "key"): Promise<void> {
      await store.insert({ ...scope, keyId }, [record(content)], null);
      await client.query(
        `update persisto.usage_events set at = at - make_interval(hours => $1::int)
        where id = (select max(id) from persisto.usage_events)`,
        [hours],
      );
      await client.query(
        "update persisto.usage_rolled_up set through = least(through, now() - make_interval(hours => $1::int + 1))",
        [hours],
      );
    }

    const hours = () => client.query("select * from persisto.usage_hours order by hour, key_id");
    const count = async (table: string): Promise<number> =>
      (await client.query<{ count: number }>(`select count(*)::int as count from persisto.${table}`))[0]!.count;

    it("adds up hours that are over, and says the same before and after", async () => {
      for (const [ago, content] of [
        [50, "a"],
        [50, "bb"],
        [30, "ccc"],
        [3, "dddd"],
        [0, "eeeee"],
      ] as const) {
        await saveAgo(ago, content);
      }
      await saveAgo(50, "other", "other");
      await store.remove(scope, { namespace: "n", ids: ["a"], filters: {}, audit }, null);
      const byDay = await access.readUsage({ ...everything, by: "day" });
      const byMonth = await access.readUsage({ ...everything, by: "month", isPerKey: false });
      expect(byMonth.reduce((sum, { saves }) => sum + saves, 0)).toBe(6);
      expect(await hours()).toHaveLength(0);
      await store.rollUpUsage();
      expect((await hours()).length).toBeGreaterThanOrEqual(4);
      expect(await access.readUsage({ ...everything, by: "day" })).toEqual(byDay);
      expect(await access.readUsage({ ...everything, by: "month", isPerKey: false })).toEqual(byMonth);
      expect(await access.storedBytes("p")).toBe(4 + 5 + 6 + 7 + 7);
    });

    it("comes out the same when it is added up again, also after it was cut off in between", async () => {
      for (const ago of [100, 50, 49, 5]) await saveAgo(ago, `saved ${ago} hours ago`);
      await store.rollUpUsage();
      const first = await hours();
      await store.rollUpUsage();
      expect(await hours()).toEqual(first);
      await client.query("update persisto.usage_rolled_up set through = now() - interval '1000 hours'");
      await client.query("update persisto.usage_hours set saves = 7 where hour < now() - interval '80 hours'");
      await Promise.all([store.rollUpUsage(), store.rollUpUsage()]);
      expect(await hours()).toEqual(first);
    });

    it("keeps the sums when it forgets old entries, and forgets none that is not added up", async () => {
      for (const ago of [24 * 100, 24 * 91, 24 * 89, 0]) await saveAgo(ago, `saved ${ago} hours ago`);
      const before = await access.readUsage({ ...everything, by: "day" });
      expect(await store.removeOldUsage(90, 100)).toBe(0);
      await store.rollUpUsage();
      expect(await store.removeOldUsage(90, 1)).toBe(1);
      expect(await store.removeOldUsage(90, 100)).toBe(1);
      expect(await count("usage_events")).toBe(2);
      expect(await access.readUsage({ ...everything, by: "day" })).toEqual(before);
    });

    it("reports the days that are asked for, in UTC", async () => {
      await saveAgo(48, "before");
      await saveAgo(0, "today");
      const [{ day }] = (await client.query<{ day: string }>(
        "select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as day",
      )) as [{ day: string }];
      const today = await access.readUsage({ ...everything, by: "day", from: day, to: day });
      expect(today).toMatchObject([{ period: day, key: "key", saves: 1, storedBytesChange: 7 }]);
      expect(await access.readUsage({ ...everything, by: "month", isPerKey: false, from: day, to: day })).toMatchObject(
        [{ period: day.slice(0, 7), saves: 1 }],
      );
    });

    it("is written by nobody who serves requests, and changed by none", async () => {
      await saveAgo(0, "a");
      const app = client.session({ sight: { role: "persisto_app", projectId: "p" } });
      const jobs = client.session({ sight: { role: "persisto_jobs", projectId: "" } });
      const entry =
        "insert into persisto.usage_events (project_id, key_id, saves, queries, embedded_tokens, stored_bytes)";
      for (const [session, statement] of [
        [app, `${entry} values ('p', 'key', -1, 0, 0, 0)`],
        [app, "delete from persisto.usage_events"],
        [app, "select persisto.note_usage('p', -1, 0, 0, 0)"],
        [app, "update persisto.quotas set max_saves = null"],
        [jobs, "update persisto.usage_events set saves = 0"],
      ] as const) {
        await expect(session.query(statement), statement).rejects.toMatchObject({ sqlState: "42501" });
      }
    });

    it("counts a quota from nothing in a new month", async () => {
      await store.insert(scope, [record("a")], null);
      const limits = { savesPerMonth: 2, queriesPerMonth: null, embeddedTokensPerMonth: null, storedBytes: null };
      await access.setQuotas({ projectId: "p", limits }, audit);
      await store.insert(scope, [record("b")], null);
      await expect(store.insert(scope, [record("c")], null)).rejects.toMatchObject({ code: "quota_exceeded" });
      // As if all this had been last month.
      await client.query("update persisto.quotas set month = month - interval '1 month'");
      await client.query("update persisto.usage_events set at = at - interval '32 days'");
      await client.query("update persisto.usage_rolled_up set through = through - interval '33 days'");
      expect((await access.findQuotas("p"))?.savesPerMonth).toEqual({ max: 2, used: 0 });
      await store.insert(scope, [record("c"), record("d")], null);
      await expect(store.insert(scope, [record("e")], null)).rejects.toThrow("2 of 2, and this needs 1");
      expect(await access.findQuotas("p")).toMatchObject({
        savesPerMonth: { max: 2, used: 2 },
        storedBytes: { max: null, used: 12 },
      });
    });
  });
}
