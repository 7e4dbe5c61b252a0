import { afterEach, describe, expect, test } from "vitest";
import { defaultRates, type RateOptions } from "../src/limits/limit-options.js";
import type { AppOptions } from "../src/create-app.js";
import { expectProblem } from "./expect-problem.js";
import { healthPaths } from "./guarded-routes.js";
import { saveHead, sendRaw } from "./raw-request.js";
import { serve, useTestServer, type TestAnswer, type TestServer } from "./test-server.js";

const { persisto } = await useTestServer();
let server: TestServer;

afterEach(() => server.stop());

/** A server with limits of requests that come back one in an hour: `{ key: 3 }` is three at once, and no more in a test. */
async function start(
  sizes: Partial<RateOptions["requestsPerMinute"]> & { refusals?: number },
  options: Partial<AppOptions> = {},
): Promise<void> {
  const { key = null, project = null, ip = null, refusals = null } = sizes;
  const perMinute = (size: number | null): number | null => size && size / 60;
  const rates: RateOptions = {
    requestsPerMinute: { key: perMinute(key), project: perMinute(project), ip: perMinute(ip) },
    burstSeconds: 3_600,
    refusalsPerMinute: perMinute(refusals),
  };
  server = await serve(persisto, { rates, ...options });
}

const list = (key = server.key, headers: Record<string, string> = {}): Promise<TestAnswer> =>
  server.send("GET", "/v1/memory/namespaces", { key, headers });

const statuses = async (count: number, send: () => Promise<TestAnswer>): Promise<number[]> => {
  const all: number[] = [];
  for (let time = 0; time < count; time++) all.push((await send()).status);
  return all;
};

const newKey = async (projectId = "default"): Promise<string> =>
  (await persisto.access.createKey({ projectId, name: "test" })).key;

/** Well-formed, and of no store. */
const wrongKey = (): string => `psto_tok_${"a".repeat(20)}.${"b".repeat(43)}`;

describe("requests of a key", () => {
  test("are told where they stand, and refused when they are too many", async () => {
    await start({ key: 3 });
    const first = await list();
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({ "ratelimit-limit": "3", "ratelimit-remaining": "2" });
    expect(Number(first.headers["ratelimit-reset"])).toBeGreaterThan(0);
    expect(await statuses(2, list)).toEqual([200, 200]);

    const refused = await list();
    const problem = expectProblem(refused, "rate_limited");
    expect(refused.headers).toMatchObject({ "ratelimit-limit": "3", "ratelimit-remaining": "0" });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(1);
    expect(problem.retry_after).toBe(Number(refused.headers["retry-after"]));
    expect(Number(refused.headers["ratelimit-reset"])).toBeGreaterThanOrEqual(Number(refused.headers["retry-after"]));
  });

  test("take nothing from another key's, nor from what the project has left", async () => {
    await start({ key: 3, project: 5 });
    const other = await newKey();
    expect(new Set(await statuses(20, list))).toEqual(new Set([200, 429]));
    expect(await statuses(3, () => list(other))).toEqual([200, 200, 429]);
  });

  test("are refused before their body is read", async () => {
    await start({ key: 1 });
    await list();
    const head = saveHead(server.key, { "Content-Length": "1000" });
    expect(await sendRaw(server.url, head)).toContain("429 Too Many Requests");
  });

  test("are counted with those of the tokens it makes", async () => {
    await start({ key: 3 });
    const { body } = await server.send("POST", "/v1/tokens", { body: { scopes: ["memories:read"] } });
    const { token } = body as { token: string };
    expect(await statuses(3, () => list(token))).toEqual([200, 200, 429]);
    expect((await list()).status).toBe(429);
  });

  test("that came back one by one are admitted one by one", async () => {
    await start(
      {},
      { rates: { ...defaultRates, requestsPerMinute: { key: 600, project: null, ip: null }, burstSeconds: 1 } },
    );
    expect((await Promise.all(Array.from({ length: 30 }, () => list()))).some(({ status }) => status === 429)).toBe(
      true,
    );
    await expect.poll(async () => (await list()).status).toBe(200);
  });
});

test("the keys of a project share its limit, other projects and operators have none of it", async () => {
  await start({ project: 4 });
  const [second, elsewhere] = [await newKey(), await newKey("elsewhere")];
  expect(await statuses(2, list)).toEqual([200, 200]);
  expect(await statuses(3, () => list(second))).toEqual([200, 200, 429]);
  expect((await list()).status).toBe(429);
  expect((await list(elsewhere)).headers["ratelimit-remaining"]).toBe("3");
  const operator = (await persisto.access.createOperatorKey({ name: "test" })).key;
  const answer = await server.send("GET", "/v1/orgs", { key: operator });
  expect(answer.status).toBe(200);
  expect(answer.headers).not.toHaveProperty("ratelimit-limit");
});

test("of several limits the nearest is told", async () => {
  await start({ key: 10, project: 2, ip: 20 });
  expect((await list()).headers).toMatchObject({ "ratelimit-limit": "2", "ratelimit-remaining": "1" });
});

test("without limits nothing is told of them", async () => {
  await start({});
  expect(Object.keys((await list()).headers).filter((name) => name.startsWith("ratelimit"))).toEqual([]);
});

describe("requests of an address", () => {
  test("are limited whatever their keys, also without any", async () => {
    await start({ ip: 4 });
    const other = await newKey();
    const answers = [await list(), await list(other), await list("wrong"), await list("wrong"), await list(other)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401, 429]);
  });

  test("cannot be made to look like another's by a header", async () => {
    await start({ ip: 2 });
    const forged = (last: number) => list(server.key, { "X-Forwarded-For": `198.51.100.${last}` });
    expect([(await forged(1)).status, (await forged(2)).status, (await forged(3)).status]).toEqual([200, 200, 429]);
  });

  test("are those of the client behind a trusted proxy, which cannot be forged through it either", async () => {
    await start({ ip: 1 }, { trustedProxies: 1 });
    const through = (forwardedFor: string) => list(server.key, { "X-Forwarded-For": forwardedFor });
    expect((await through("198.51.100.1")).status).toBe(200);
    expect((await through("198.51.100.2")).status).toBe(200);
    expect((await through("203.0.113.77, 198.51.100.1")).status).toBe(429);
  });

  test("to health and documentation are not counted", async () => {
    await start({ key: 1, project: 1, ip: 1, refusals: 1 });
    for (const path of [...healthPaths, "/openapi.json", "/docs"]) {
      const answers = await statuses(3, () => server.send("GET", path, { key: null }));
      expect(answers).toEqual([200, 200, 200]);
    }
    expect((await list()).status).toBe(200);
  });
});

describe("an address that tries keys", () => {
  test("is stopped before they are looked at, while keys that worked go on", async () => {
    await start({ refusals: 3 });
    const fresh = await newKey();
    expect((await list()).status).toBe(200);
    expect(await statuses(3, () => list(wrongKey()))).toEqual([403, 403, 403]);
    const stopped = await list(wrongKey());
    expectProblem(stopped, "rate_limited");
    expect(Number(stopped.headers["retry-after"])).toBeGreaterThan(1);
    // Also a right one, or guessing would go on.
    expect((await list(fresh)).status).toBe(429);
    expect((await list()).status).toBe(200);
  });

  test("pays for those it tried at the same time", async () => {
    await start({ refusals: 2 });
    const tried = await Promise.all(Array.from({ length: 12 }, () => list(wrongKey())));
    const refusals = tried.filter(({ status }) => status === 403).length;
    expect(refusals).toBeGreaterThanOrEqual(2);
    // One comes back in half an hour.
    const waitSeconds = Number((await list(wrongKey())).headers["retry-after"]);
    expect(Math.round(waitSeconds / 1_800)).toBe(refusals - 1);
  });

  test("is stopped without a key, too, and whatever it claims to be", async () => {
    await start({ refusals: 2 });
    const send = (last: number) =>
      server.send("GET", "/v1/memory/namespaces", { key: null, headers: { "X-Forwarded-For": `198.51.100.${last}` } });
    expect([(await send(1)).status, (await send(2)).status, (await send(3)).status]).toEqual([401, 401, 429]);
  });

  test("is stopped with a key that worked and was revoked", async () => {
    await start({ refusals: 2 });
    const revoked = await newKey();
    expect((await list(revoked)).status).toBe(200);
    const [, , id] = revoked.split("_");
    await server.send("DELETE", `/v1/projects/default/keys/${id}`);
    expect(await statuses(3, () => list(revoked))).toEqual([403, 403, 429]);
    expect((await list()).status).toBe(200);
  });

  test("is not stopped for what a key may not do", async () => {
    await start({ refusals: 1 });
    expect(await statuses(3, () => server.send("GET", "/v1/orgs"))).toEqual([403, 403, 403]);
  });
});
