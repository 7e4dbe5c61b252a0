import type { Persisto } from "@persisto/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administer, createTestDatabase, nativeUrl, type TestDatabase } from "../../core/test/native-database.js";
import type { RateOptions } from "../src/limits/limit-options.js";
import { serve, startTestServer, type TestServer } from "./test-server.js";

const reason = nativeUrl === undefined ? " (PERSISTO_TEST_DATABASE_URL is not set)" : "";

/** 200 requests at once, and one more every three seconds. */
const rates: RateOptions = {
  requestsPerMinute: { key: 20, project: null, ip: null },
  burstSeconds: 600,
  refusalsPerMinute: null,
};
const size = 200;
const intervalMs = 3_000;

async function newKey(persisto: Persisto, projectId: string): Promise<string> {
  return (await persisto.access.createKey({ projectId, name: "test" })).key;
}

describe.skipIf(nativeUrl === undefined)(`two servers on one database${reason}`, () => {
  const servers: TestServer[] = [];
  const failures: unknown[] = [];
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    for (let index = 0; index < 2; index++) {
      const onLimiterFailure = (error: unknown): void => void failures.push(error);
      servers.push(await startTestServer({ rates, onLimiterFailure }, { databaseUrl: database.url }));
    }
  }, 120_000);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await database?.drop();
  });

  const send = (index: number, key: string) => servers[index % 2]!.send("GET", "/v1/memory/namespaces", { key });

  test("allow no more than the limit together, and another key all of its own", async () => {
    const [first, second] = servers.map(({ key }) => key);
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 2 * size }, (_, index) => send(index, first!)));
    const cameBack = (performance.now() - startedAt) / intervalMs;
    const admitted = answers.filter(({ status }) => status === 200);
    expect(admitted.length).toBeGreaterThanOrEqual(size);
    expect(admitted.length).toBeLessThanOrEqual(size + cameBack);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(answers.length - admitted.length);
    const other = await send(0, second!);
    expect(other.headers).toMatchObject({ "ratelimit-limit": "200", "ratelimit-remaining": "199" });
    expect((await send(1, second!)).headers["ratelimit-remaining"]).toBe("198");
    expect(failures).toEqual([]);
  });

  test("take nothing from a project for what a key is refused", async () => {
    const { persisto } = servers[0]!;
    const [noisy, other] = [await newKey(persisto, "shared"), await newKey(persisto, "shared")];
    const server = await serve(persisto, {
      // Three of a key, five of the project, and one comes back in 20 and 12 minutes.
      rates: {
        requestsPerMinute: { key: 0.05, project: 5 / 60, ip: null },
        burstSeconds: 3_600,
        refusalsPerMinute: null,
      },
      sharedBuckets: persisto.sharedBuckets,
    });
    try {
      const list = async (key: string) => (await server.send("GET", "/v1/memory/namespaces", { key })).status;
      const noise = await Promise.all(Array.from({ length: 20 }, () => list(noisy)));
      expect(noise.filter((status) => status === 200)).toHaveLength(3);
      expect([await list(other), await list(other), await list(other)]).toEqual([200, 200, 429]);
    } finally {
      await server.stop();
    }
  });

  test("refuse those who were refused without asking the database again, until there is a request for them", async () => {
    const { persisto } = servers[0]!;
    let asked = 0;
    const server = await serve(persisto, {
      rates: { requestsPerMinute: { key: null, project: 30, ip: null }, burstSeconds: 4, refusalsPerMinute: null },
      sharedBuckets: {
        take(buckets) {
          asked += 1;
          return persisto.sharedBuckets!.take(buckets);
        },
      },
    });
    try {
      const statuses: number[] = [];
      const list = async () => (await server.send("GET", "/v1/memory/namespaces")).status;
      while (statuses.at(-1) !== 429) statuses.push(await list());
      expect(asked).toBe(statuses.length);
      expect(await list()).toBe(429);
      expect(asked).toBe(statuses.length);
      await expect.poll(list, { timeout: 20_000 }).toBe(200);
    } finally {
      await server.stop();
    }
  });

  test("let everybody pass while the database cannot count, and say so once", async () => {
    await administer(database.url, "drop table persisto.rate_limits");
    const key = await newKey(servers[0]!.persisto, "default");
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(0, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers[0]!.headers).not.toHaveProperty("ratelimit-limit");
    expect(failures).toHaveLength(1);
  });
});
