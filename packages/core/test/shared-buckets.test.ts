import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Embedder } from "@persisto/contract";
import { openPostgresStore, type OpenStore } from "../src/store/postgres/open-postgres-store.js";
import type { Bucket } from "../src/store/shared-buckets.js";
import type { SqlClient } from "../src/store/sql-client.js";
import { backends, type TestDatabase } from "./backends.js";

const embedder: Embedder = { id: "test/none", dimensions: 3, embed: async () => [] };

/** A token comes back in an hour: none does while a test runs. */
const slow = (name: string, size: number): Bucket => ({ name, intervalUs: 3_600_000_000, size });

const hourMs = 3_600_000;

for (const backend of backends) {
  const title = backend.missing === null ? backend.name : `${backend.name} (${backend.missing})`;
  describe.skipIf(backend.missing !== null)(`shared buckets on ${title}`, () => {
    let database: TestDatabase;
    let client: SqlClient;
    let buckets: OpenStore["buckets"];

    beforeAll(async () => {
      database = await backend.create();
      client = await database.probe();
      ({ buckets } = await openPostgresStore(client, [embedder]));
    }, 120_000);

    afterAll(async () => {
      await client?.close();
      await database?.drop();
    });

    const admittedOf = async (...wanted: Bucket[]) => (await buckets.take(wanted)).map(({ admitted }) => admitted);

    it("give as many tokens as they hold, however many ask at once", async () => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => admittedOf(slow("many", 7))));
      expect(answers.flat().filter(Boolean)).toHaveLength(7);
      expect(answers.flat()).toHaveLength(40);
    });

    it("tell how long until they are full; a denial makes it no longer", async () => {
      const fullInHours = async () =>
        (await buckets.take([slow("told", 2)])).map(({ fullInMs }) => Math.round(fullInMs / hourMs));
      expect(await fullInHours()).toEqual([1]);
      expect(await fullInHours()).toEqual([2]);
      expect(await fullInHours()).toEqual([2]);
      expect(await fullInHours()).toEqual([2]);
    });

    it("are asked in turn, and those behind an empty one keep their tokens", async () => {
      const [key, other, project] = [slow("key", 1), slow("other", 1), slow("project", 2)];
      expect(await admittedOf(key, project)).toEqual([true, true]);
      for (let time = 0; time < 3; time++) expect(await admittedOf(key, project)).toEqual([false]);
      expect(await admittedOf(other, project)).toEqual([true, true]);
      expect(await admittedOf(slow("third", 1), project)).toEqual([true, false]);
    });

    it("fill up again", async () => {
      const quick: Bucket = { name: "quick", intervalUs: 1_000, size: 1 };
      await buckets.take([quick]);
      await expect.poll(() => admittedOf(quick), { interval: 5 }).toEqual([true]);
    });

    it("are forgotten when they are full, and only then", async () => {
      await buckets.take([slow("stays", 1), { name: "goes", intervalUs: 1, size: 1 }]);
      const names = async () =>
        (await client.query<{ bucket: string }>("select bucket from persisto.rate_limits")).map(({ bucket }) => bucket);
      expect(await names()).toEqual(expect.arrayContaining(["goes", "stays"]));
      await buckets.removeFull(100);
      expect(await names()).toContain("stays");
      expect(await names()).not.toContain("goes");
      expect(await admittedOf(slow("stays", 1))).toEqual([false]);
    });

    it("take any text as a name", async () => {
      const name = "ip:2001:db8:1:2::/64'); drop table persisto.rate_limits; --";
      expect(await admittedOf(slow(name, 1))).toEqual([true]);
      expect(await admittedOf(slow(name, 1))).toEqual([false]);
    });
  });
}
