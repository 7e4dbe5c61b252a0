import { PersistoError } from "@persisto/contract";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SqlClient } from "../sql-client.js";
import { clients, type OpenClient } from "./testing/open-clients.js";

// Making an embedded Postgres takes 2 s, on a busy machine ten times as long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.each(clients)("$name", ({ skipped, open }) => {
  describe.skipIf(skipped)("as an SqlClient", () => {
    let opened: OpenClient;
    let client: SqlClient;

    beforeAll(async () => {
      opened = await open();
      client = opened.client;
      await client.query("create table notes (id integer primary key, body text not null)");
    });

    afterAll(() => opened.close());

    async function countNotes(ids: readonly number[]): Promise<number> {
      const rows = await client.query("select id from notes where id = any ($1::int[])", [ids]);
      return rows.length;
    }

    describe("transactions", () => {
      it("commits when the work resolves, and gives what it resolved to", async () => {
        const result = await client.transaction(async (query) => {
          await query("insert into notes values (10, 'a')");
          await query("insert into notes values (11, 'b')");
          return "done";
        });
        expect(result).toBe("done");
        expect(await countNotes([10, 11])).toBe(2);
      });

      it("rolls back and throws the same error when the work throws", async () => {
        const error = new Error("stop");
        const work = client.transaction(async (query) => {
          await query("insert into notes values (20, 'a')");
          throw error;
        });
        await expect(work).rejects.toBe(error);
        expect(await countNotes([20])).toBe(0);
      });

      it("rolls back when a statement fails, and works on", async () => {
        const work = client.transaction(async (query) => {
          await query("insert into notes values (30, 'a')");
          await query("insert into notes values (30, 'b')");
        });
        await expect(work).rejects.toMatchObject({ sqlState: "23505" });
        expect(await countNotes([30])).toBe(0);
        await client.transaction((query) => query("insert into notes values (30, 'c')"));
        expect(await countNotes([30])).toBe(1);
      });

      it("does not call a transaction committed whose work hid a failed statement", async () => {
        const work = client.transaction(async (query) => {
          await query("insert into notes values (40, 'a')");
          await query("select 1 / 0").catch(() => "hidden");
        });
        await expect(work).rejects.toThrow("Nothing was committed");
        expect(await countNotes([40])).toBe(0);
      });

      it("goes on after a failed statement behind a savepoint", async () => {
        await client.transaction(async (query) => {
          await query("insert into notes values (45, 'a')");
          await query("savepoint before");
          await query("select 1 / 0").catch(() => query("rollback to savepoint before"));
        });
        expect(await countNotes([45])).toBe(1);
      });

      it("takes a statement that is kept prepared elsewhere, and one that failed when it was to be", async () => {
        const text = "select $1::int / $2::int as share";
        await expect(client.query(text, [1, 0], { reuse: true })).rejects.toThrow("division by zero");
        for (const reuse of [true, true, false]) {
          expect(await client.query(text, [4, 2], { reuse })).toEqual([{ share: 2 }]);
        }
        expect(await client.transaction((query) => query(text, [6, 2]))).toEqual([{ share: 3 }]);
        expect(await client.query(text, [8, 2], { reuse: true })).toEqual([{ share: 4 }]);
      });

      it("fails at the commit when a deferred constraint is broken", async () => {
        await client.query("create table parents (id int primary key)");
        await client.query("create table children (parent int references parents deferrable initially deferred)");
        const work = client.transaction((query) => query("insert into children values (1)"));
        await expect(work).rejects.toMatchObject({ sqlState: "23503", constraint: "children_parent_fkey" });
        expect(await client.query("select * from children")).toEqual([]);
      });

      it("never shows another call a half of it", async () => {
        await client.query("create table pairs (a int not null, b int not null)");
        await client.query("insert into pairs values (0, 0)");
        const writers = Array.from({ length: 10 }, () =>
          client.transaction(async (query) => {
            await query("update pairs set a = a + 1");
            await new Promise((resolve) => setTimeout(resolve, 2));
            await query("update pairs set b = b + 1");
          }),
        );
        const readers = Array.from({ length: 30 }, () => client.query("select a - b as difference from pairs"));
        for (const rows of await Promise.all(readers)) expect(rows).toEqual([{ difference: 0 }]);
        await Promise.all(writers);
        expect(await client.query("select a, b from pairs")).toEqual([{ a: 10, b: 10 }]);
      });

      it("runs calls that are not awaited one after the other, and none after the end", async () => {
        let late: (() => Promise<unknown>) | undefined;
        const ids = await client.transaction(async (query) => {
          late = () => query("insert into notes values (52, 'late')");
          const all = [50, 51].map((id) => query(`insert into notes values (${id}, 'x') returning id`));
          return (await Promise.all(all)).flat();
        });
        expect(ids).toEqual([{ id: 50 }, { id: 51 }]);
        await expect(late?.()).rejects.toThrow("belongs to a transaction that has ended");
        expect(await countNotes([50, 51, 52])).toBe(2);
      });

      it("ends a transaction that leaves its session idle for too long, and works on", async () => {
        const impatient = client.session({ statementTimeoutMs: 300 });
        const work = impatient.transaction(async (query) => {
          await query("insert into notes values (60, 'a')");
          await new Promise(() => {});
        });
        await expect(work).rejects.toMatchObject({ code: "unavailable", retryable: true });
        expect(await countNotes([60])).toBe(0);
      });
    });

    it("gives a statement the time it is told to", async () => {
      const patient = client.session({ statementTimeoutMs: 60_000 });
      expect(await patient.query("select 1 as one")).toEqual([{ one: 1 }]);
      expect(await patient.transaction((query) => query("select 1 as one"))).toEqual([{ one: 1 }]);
    });

    it("keeps its own limit from the other statements", async () => {
      await client.session({ statementTimeoutMs: 60_000 }).query("select 1");
      const limits = await Promise.all(Array.from({ length: 8 }, () => client.query("show statement_timeout")));
      expect(new Set(limits.map((rows) => JSON.stringify(rows))).size).toBe(1);
    });
  });

  it.skipIf(skipped)("finishes what is under way before it closes, and refuses what comes later", async () => {
    const { client, close } = await open();
    await client.query("create table notes (id int)");
    const underWay = [
      client.transaction(async (query) => {
        await query("insert into notes values (1)");
        return query("select count(*)::int as count from notes");
      }),
      ...Array.from({ length: 20 }, () => client.query("select 1 as count")),
    ];
    const closed = client.close();
    await expect(client.query("select 1")).rejects.toMatchObject({ code: "unavailable", retryable: false });
    await expect(client.transaction(async () => 1)).rejects.toBeInstanceOf(PersistoError);
    expect(await Promise.all(underWay)).toHaveLength(21);
    await closed;
    await close();
  });
});
