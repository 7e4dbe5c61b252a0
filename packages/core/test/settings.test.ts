import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Memory } from "@persisto/contract";
import type { Persisto } from "../src/create-persisto.js";
import type { PersistoOptions } from "../src/options.js";
import type { SqlClient } from "../src/store/sql-client.js";
import { backends, type TestDatabase } from "./backends.js";
import { useProbe, usePersisto } from "./use-database.js";

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`how a store behaves, on ${title}`, { timeout: 60_000 }, () => {
    let database: TestDatabase;

    beforeAll(async () => {
      database = await backend.create();
    });
    afterAll(async () => {
      await database?.drop();
    });

    const withPersisto = <T>(options: PersistoOptions, work: (persisto: Persisto) => Promise<T>): Promise<T> =>
      usePersisto({ ...database.options, ...options }, work);

    const withProbe = <T>(work: (probe: SqlClient) => Promise<T>): Promise<T> => useProbe(database, work);

    it("profiles of its own are modes of queries, by name and by default, and have their names in the history", async () => {
      const options: PersistoOptions = {
        profiles: { brief: { k: 1, minRelevance: 0 }, words: { retrieval: "text" } },
        defaultProfile: "brief",
      };
      await withPersisto(options, async (persisto) => {
        await persisto.saveMany([
          { namespace: "modes", content: "The harbour ferry leaves at noon." },
          { namespace: "modes", content: "The ferry is green." },
        ]);
        const ask = async (mode?: string) =>
          (await persisto.query({ namespace: "modes", query: "ferry harbour", ...(mode !== undefined && { mode }) }))
            .results;
        expect(await ask()).toHaveLength(1);
        expect(await ask("brief")).toHaveLength(1);
        expect((await ask("words")).map(({ similarity }) => similarity)).toEqual([null, null]);
        expect(await ask("fuzzy")).toHaveLength(2);
        const { queries } = await persisto.listQueries({ namespace: "modes" });
        expect(queries.map(({ mode }) => mode)).toEqual(["fuzzy", "words", "brief", "brief"]);
        for (const unknown of ["exact", "Brief", "constructor", "__proto__"]) {
          await expect(ask(unknown)).rejects.toThrow(
            "mode: must be one of strict, fuzzy, recency, brief, words, or a profile object",
          );
        }
      });
    });

    it("memories expire by their namespace or by default, unless the save says when or never", async () => {
      const options = { defaultTtlSeconds: 1_000, namespaceTtlSeconds: { "session:*": 60, "user:*": null } };
      await withPersisto(options, async (persisto) => {
        const secondsLeft = async (namespace: string, ttl: { ttlSeconds?: number | null } = {}) => {
          const { expiresAt } = await persisto.save({ namespace, content: "Something.", ...ttl });
          return expiresAt === null ? null : Math.round((Date.parse(expiresAt) - Date.now()) / 10_000) * 10;
        };
        expect(await secondsLeft("session:1")).toBe(60);
        expect(await secondsLeft("user:1")).toBeNull();
        expect(await secondsLeft("other")).toBe(1_000);
        expect(await secondsLeft("session:1", { ttlSeconds: 300 })).toBe(300);
        expect(await secondsLeft("session:1", { ttlSeconds: null })).toBeNull();
        await persisto.saveMany([
          { namespace: "session:2", id: "by default", content: "Something." },
          { namespace: "session:2", id: "never", content: "Something.", ttlSeconds: null },
        ]);
        expect((await persisto.get({ id: "by default" }))?.expiresAt).not.toBeNull();
        expect((await persisto.get({ id: "never" }))?.expiresAt).toBeNull();
        const updated = await persisto.update({ id: "never", content: "Something else." });
        expect(updated.expiresAt).toBeNull();
      });
    });

    describe("the query history", () => {
      const secret = "The diagnosis is a secret.";

      async function ask(persisto: Memory, namespace: string, query = secret): Promise<void> {
        await persisto.save({ namespace, id: "a", content: "Something.", metadata: { patient: "Ada" } });
        await persisto.query({ namespace, query, filters: { patient: "Ada" }, mode: "fuzzy" });
      }

      async function storedRows(namespace: string): Promise<{ query_text: string; filters: string }[]> {
        return withProbe((probe) =>
          probe.query(
            "select query_text, filters::text from persisto.queries where namespace = $1 order by asked_at, id",
            [namespace],
          ),
        );
      }

      it("keeps text and filters unless told otherwise", async () => {
        await withPersisto({}, (persisto) => ask(persisto, "open"));
        expect(await storedRows("open")).toEqual([{ query_text: secret, filters: '{"patient": "Ada"}' }]);
      });

      it("keeps a keyed hash: the same for the same text later, another in another project, none without text", async () => {
        const options: PersistoOptions = { history: { store: "hash" } };
        await withPersisto(options, async (persisto) => {
          await ask(persisto, "hashed");
          await ask(persisto.project("other"), "hashed");
          await persisto.query({ namespace: "hashed", embedding: Array.from({ length: 256 }, () => 1) });
          expect((await persisto.listQueries({ namespace: "hashed" })).queries).toMatchObject([
            { queryText: "", filters: {} },
            {
              queryText: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
              filters: {},
              mode: "fuzzy",
              topK: 20,
              count: 1,
            },
          ]);
        });
        await withPersisto(options, (persisto) => ask(persisto, "hashed"));
        const rows = await storedRows("hashed");
        expect(rows.map(({ filters }) => filters)).toEqual(["{}", "{}", "{}", "{}"]);
        const [first, ofOther, , again] = rows.map(({ query_text: text }) => text);
        expect(again).toBe(first);
        expect(ofOther).not.toBe(first);
        expect(first).not.toContain(createHash("sha256").update(secret).digest("hex"));
      });

      it("keeps that there was a query, and nothing of it", async () => {
        await withPersisto({ history: { store: "nothing" } }, async (persisto) => {
          await ask(persisto, "closed");
          expect((await persisto.listQueries({ namespace: "closed" })).queries).toMatchObject([
            { queryText: "", filters: {}, mode: "fuzzy", topK: 20, count: 1, timestamp: expect.any(String) },
          ]);
        });
        expect(await storedRows("closed")).toEqual([{ query_text: "", filters: "{}" }]);
      });

      /** Entries of two projects, as many days old as they say. */
      async function addOld(days: readonly number[]): Promise<void> {
        await withProbe((probe) =>
          probe.query(
            `with project as (
              insert into persisto.projects (id) values ('default'), ('other') on conflict do nothing
            ),
            namespace as (
              insert into persisto.namespaces (project_id, name) values ('default', 'old'), ('other', 'old')
              on conflict do nothing
            )
            insert into persisto.queries
              (project_id, namespace, query_text, filters, top_k, mode, result_count, duration_ms, asked_at)
            select p.id, 'old', d.days || ' days old', '{}', 10, 'strict', 0, 1, now() - make_interval(days => d.days)
            from unnest(array['default', 'other']) as p (id), unnest($1::int[]) as d (days)`,
            [days],
          ),
        );
      }

      async function textsOf(persisto: Persisto): Promise<string[]> {
        const page = { namespace: "old" };
        const pages = [await persisto.listQueries(page), await persisto.project("other").listQueries(page)];
        return pages.flatMap(({ queries }) => queries.map(({ queryText }) => queryText));
      }

      it("is kept for ever, or forgotten when it is too old: in every project, in batches, by a sweep or by itself", async () => {
        await addOld([29, 31, ...Array.from({ length: 700 }, () => 32)]);
        await withPersisto({}, async (persisto) => {
          await persisto.sweep();
          expect(await textsOf(persisto)).toHaveLength(2 * 100);
        });
        await withPersisto({ history: { retentionDays: 30 } }, async (persisto) => {
          expect(await persisto.sweep()).toEqual({ count: 0 });
          expect(await textsOf(persisto)).toEqual(["29 days old", "29 days old"]);
        });
        await withPersisto({ history: { retentionDays: 20 }, sweepIntervalSeconds: 0.05 }, async (persisto) => {
          let texts = await textsOf(persisto);
          for (let tries = 0; texts.length > 0 && tries < 100; tries++) {
            await pause(50);
            texts = await textsOf(persisto);
          }
          expect(texts).toEqual([]);
        });
      });
    });
  });
}
