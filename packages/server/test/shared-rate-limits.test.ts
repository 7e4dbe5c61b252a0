import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RateOptions } from "../src/limits/limit-options.js";
import { startTestServer, type TestServer } from "./test-server.js";

const nativeUrl = process.env["PERSISTO_TEST_DATABASE_URL"] || undefined;
const reason = nativeUrl === undefined ? " (PERSISTO_TEST_DATABASE_URL is not set)" : "";

/** 200 requests at once, and one more every three seconds. */
const rates: RateOptions = {
  requestsPerMinute: { key: 20, project: null, ip: null },
  burstSeconds: 600,
  refusalsPerMinute: null,
};
const size = 200;
const intervalMs = 3_000;

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

describe.skipIf(nativeUrl === undefined)(`two servers on one database${reason}`, () => {
  const name = `persisto_test_${randomBytes(6).toString("hex")}`;
  const servers: TestServer[] = [];
  const failures: unknown[] = [];
  let url: string;

  beforeAll(async () => {
    await administer(nativeUrl!, `create database ${name}`);
    const database = new URL(nativeUrl!);
    database.pathname = `/${name}`;
    url = database.href;
    for (let index = 0; index < 2; index++) {
      const onLimiterFailure = (error: unknown): void => void failures.push(error);
      servers.push(await startTestServer({ rates, onLimiterFailure }, { databaseUrl: url }));
    }
  }, 120_000);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await administer(nativeUrl!, `drop database if exists ${name} with (force)`);
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

  test("let everybody pass while the database cannot count, and say so once", async () => {
    await administer(url, "drop table persisto.rate_limits");
    const key = (await servers[0]!.persisto.access.createKey({ projectId: "default", name: "test" })).key;
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(0, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers[0]!.headers).not.toHaveProperty("ratelimit-limit");
    expect(failures).toHaveLength(1);
  });
});
