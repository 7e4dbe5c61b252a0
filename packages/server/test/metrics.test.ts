import { once } from "node:events";
import { connect } from "node:net";
import { errorCodes } from "@persisto/contract";
import { staticEmbedder } from "@persisto/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMetrics } from "../src/metrics/metrics.js";
import { createMetricsApp } from "../src/metrics/send-metrics.js";
import { startServer, type RunningServer } from "../src/start-server.js";
import { expectProblem } from "./expect-problem.js";
import { guardedRoutes, healthPaths } from "./guarded-routes.js";
import { startTestServer, type TestServer } from "./test-server.js";

const metrics = createMetrics({ version: "1.2.3" });
let server: TestServer;
let ownPort: RunningServer;
let operatorKey: string;
/** Whether the embedder fails. */
let isBroken = false;

beforeAll(async () => {
  const builtIn = await staticEmbedder();
  const embedder = metrics.observeEmbedder({
    ...builtIn,
    embed: async (...call) => {
      if (isBroken) throw new Error("out of order");
      return builtIn.embed(...call);
    },
  });
  server = await startTestServer({ metrics }, { embedder });
  metrics.observeEngine(() => server.persisto.stats());
  ownPort = await startServer(createMetricsApp(metrics), { host: "127.0.0.1", port: 0, graceMs: 100 });
  operatorKey = (await server.persisto.access.createOperatorKey({ name: "test" })).key;
}, 120_000);

afterAll(async () => {
  await ownPort.stop();
  await server.stop();
});

/** The value of every series, as Prometheus would read them. */
async function scrape(): Promise<Map<string, number>> {
  const text = await (await fetch(`${ownPort.url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, series, value] = /^([a-z_][a-z0-9_]*(?:\{.*\})?) (\S+)$/.exec(line) ?? expect.fail(line);
      return [series!, Number(value)];
    }),
  );
}

/** By how much series grow. */
async function growth(act: () => Promise<unknown>): Promise<(series: string) => number> {
  const before = await scrape();
  await act();
  const after = await scrape();
  return (series) => (after.get(series) ?? 0) - (before.get(series) ?? 0);
}

function requestsOf(route: string, method: string, status: string): string {
  return `persisto_http_request_duration_seconds_count{route="${route}",method="${method}",status="${status}"}`;
}

describe("on the port that everybody reaches", () => {
  test("operators alone are told", async () => {
    expectProblem(await server.send("GET", "/metrics", { key: null }), "unauthorized");
    expectProblem(await server.send("GET", "/metrics"), "forbidden");
    const answer = await server.send("GET", "/metrics", { key: operatorKey });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(answer.text).toMatch(/^persisto_build_info\{version="1\.2\.3",node="\d+\.\d+\.\d+"\} 1$/m);
  });

  test("a server that measures nothing has no such route", async () => {
    const bare = await startTestServer();
    expectProblem(await bare.send("GET", "/metrics"), "not_found");
    await bare.stop();
  });
});

describe("on its own port", () => {
  test("everybody who reaches it is told, and nothing else is there", async () => {
    expect((await fetch(`${ownPort.url}/metrics`)).status).toBe(200);
    for (const path of ["/", "/memory/list", "/v1/memory/list", "/docs", "/healthz"]) {
      expect((await fetch(ownPort.url + path)).status, path).toBe(404);
    }
    expect((await fetch(`${ownPort.url}/metrics`, { method: "POST" })).status).toBe(404);
  });
});

describe("requests are counted", () => {
  test("by route template, method and class of status, with no id in it", async () => {
    const grown = await growth(async () => {
      await server.send("GET", "/memory/some-id");
      await server.send("GET", "/v1/memory/another-id?namespace=n");
      await server.send("GET", "/memory/list");
      await server.send("GET", "/orgs", { key: operatorKey });
      await server.send("GET", "/v1/orgs", { key: operatorKey });
      await server.send("GET", "/nowhere/at/all");
      await server.send("PROPFIND", "/memory/list");
    });
    expect(grown(requestsOf("/memory/:id", "GET", "4xx"))).toBe(2);
    expect(grown(requestsOf("/memory/list", "GET", "2xx"))).toBe(1);
    expect(grown(requestsOf("administration", "GET", "2xx"))).toBe(1);
    expect(grown(requestsOf("other", "other", "4xx"))).toBe(3);
    expect(grown('persisto_http_problems_total{code="not_found"}')).toBe(5);
    expect([...(await scrape()).keys()].join("\n")).not.toMatch(/some-id|another-id|nowhere|PROPFIND/);
  });

  test("in cumulative buckets that end with all", async () => {
    const series = await scrape();
    const label = 'route="/memory/list",method="GET",status="2xx"';
    const buckets = ["0.01", "0.05", "0.25", "1", "5", "+Inf"].map(
      (le) => series.get(`persisto_http_request_duration_seconds_bucket{le="${le}",${label}}`) ?? -1,
    );
    expect(buckets).toEqual(buckets.toSorted((left, right) => left - right));
    expect(buckets.at(-1)).toBe(series.get(requestsOf("/memory/list", "GET", "2xx")));
  });

  test("while they wait, and as aborted when their sender goes", async () => {
    const underWay = "persisto_http_requests_under_way";
    const before = (await scrape()).get(underWay);
    const grown = await growth(async () => {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
      await once(socket, "connect");
      socket.write(
        `POST /memory/save HTTP/1.1\r\nAuthorization: Bearer ${server.key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
      );
      await expect.poll(async () => (await scrape()).get(underWay)).toBe((before ?? 0) + 1);
      socket.destroy();
      await expect.poll(async () => (await scrape()).get(underWay)).toBe(before);
    });
    expect(grown(requestsOf("/memory/save", "POST", "aborted"))).toBe(1);
  });
});

describe("what is done is counted", () => {
  test("queries and memories, and a write that is sent again only once", async () => {
    const headers = { "Idempotency-Key": "once-and-no-more" };
    const grown = await growth(async () => {
      const body = { namespace: "n", content: "Prefers tea." };
      await server.send("POST", "/memory/save", { body, headers });
      await server.send("POST", "/memory/save", { body, headers });
      await server.send("POST", "/memory/save-many", { body: { memories: [body, body, body] } });
      await server.send("POST", "/memory/query", { body: { namespace: "n", query: "tea" } });
      await server.send("POST", "/memory/query", { body: { namespace: "unknown", query: "tea" } });
    });
    expect(grown("persisto_memories_saved_total")).toBe(4);
    expect(grown("persisto_queries_total")).toBe(1);
  });

  test("calls of the embedder and their failures", async () => {
    const callsOf = (outcome: string): string =>
      `persisto_model_call_duration_seconds_count{model="embedder",outcome="${outcome}"}`;
    const body = { namespace: "n", content: "Prefers coffee." };
    const good = await growth(() => server.send("POST", "/memory/save", { body }));
    expect([good(callsOf("ok")), good(callsOf("failed"))]).toEqual([1, 0]);
    isBroken = true;
    const bad = await growth(() => server.send("POST", "/memory/save", { body }));
    isBroken = false;
    expect([bad(callsOf("ok")), bad(callsOf("failed"))]).toEqual([0, 1]);
    expect(bad('persisto_http_problems_total{code="embedder_failed"}')).toBe(1);
  });

  test("expired memories that are removed", async () => {
    const grown = await growth(async () => {
      await server.persisto.save({ namespace: "n", content: "Soon gone.", ttlSeconds: 1 });
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await server.persisto.sweep();
    });
    expect(grown("persisto_expired_memories_removed_total")).toBe(1);
  });
});

test("the process is measured", async () => {
  // The first look after a scrape is only the beginning of what is measured.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const until = performance.now() + 300;
  while (performance.now() < until); // the event loop waits
  const series = await scrape();
  expect(series.get("nodejs_eventloop_lag_max_seconds")).toBeGreaterThan(0.2);
  expect(series.get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
  expect(series.get("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(series.get("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  expect(series.get("process_start_time_seconds")).toBeLessThan(Date.now() / 1_000);
});

test("when every route has been answered and refused, with every code, there are some 300 series", async () => {
  const all = createMetrics({ version: "1.2.3" });
  all.observeEngine(() => ({ connections: { open: 1, idle: 1, waiting: 0 }, expiredRemoved: 0 }));
  const templates = guardedRoutes.map(({ method, path }) => ({ method, route: path.replace(/^\/v1/, "") }));
  const others = [...healthPaths, "/docs", "/openapi.json", undefined].map((route) => ({ method: "GET", route }));
  for (const { method, route } of [...templates, ...others]) {
    for (const status of [200, 404]) {
      all.requestStarted();
      all.requestEnded({ method, route, status, isAborted: false, code: undefined, seconds: 0.1 });
    }
  }
  for (const code of Object.keys(errorCodes)) {
    all.requestStarted();
    all.requestEnded({ method: "MADE-UP", route: "/made/up", status: 404, isAborted: false, code, seconds: 0.1 });
  }
  const builtIn = await staticEmbedder();
  await all.observeEmbedder(builtIn).embed(["tea"], { kind: "query" });
  const series = (await all.text()).split("\n").filter((line) => /^\w/.test(line));
  expect(series.length).toBeGreaterThan(200);
  expect(series.length).toBeLessThan(360);
});

test("two servers of one process count for themselves", async () => {
  const others = createMetrics({ version: "4.5.6" });
  const other = await startTestServer({ metrics: others });
  others.observeEngine(() => other.persisto.stats());
  const grown = await growth(async () => {
    await other.send("POST", "/memory/save", { body: { namespace: "n", content: "Prefers tea." } });
    await expect.poll(() => others.text()).toContain(`\n${requestsOf("/memory/save", "POST", "2xx")} 1\n`);
  });
  expect(await others.text()).toContain("\npersisto_memories_saved_total 1\n");
  expect(await others.text()).toContain("\npersisto_queries_total 0\n");
  expect(await others.text()).not.toContain("1.2.3");
  expect(grown(requestsOf("/memory/save", "POST", "2xx"))).toBe(0);
  expect(grown("persisto_memories_saved_total")).toBe(0);
  await other.stop();
});

test("connections are told as they are at the scrape, and not at all without a pool", async () => {
  const some = createMetrics({ version: "1.2.3" });
  let connections: { open: number; idle: number; waiting: number } | null = null;
  some.observeEngine(() => ({ connections, expiredRemoved: 0 }));
  expect(await some.text()).not.toMatch(/^persisto_database/m);
  connections = { open: 5, idle: 2, waiting: 1 };
  const text = await some.text();
  expect(text).toContain('\npersisto_database_connections{state="busy"} 3\n');
  expect(text).toContain('\npersisto_database_connections{state="idle"} 2\n');
  expect(text).toContain("\npersisto_database_waiting 1\n");
});
