import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isPersistoError, PersistoClient } from "@persisto/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, nativeUrl, type TestDatabase } from "../packages/core/test/native-database.js";
import { startServerProcess, type ServerProcess } from "./lib/server-process.js";

const skipped = nativeUrl === undefined ? " (PERSISTO_TEST_DATABASE_URL is not set)" : "";

/** As plain as a balancer can be: each in turn, the next when one does not answer the phone, 502 when it hangs up. */
class Balancer {
  readonly #server: Server = createServer((incoming, outgoing) => {
    this.#turn += 1;
    const { upstreams } = this;
    this.#pass(
      incoming,
      outgoing,
      upstreams.map((_, index) => upstreams[(this.#turn + index) % upstreams.length]!),
    );
  });
  readonly answersBy = new Map<string, number>();
  upstreams: string[] = [];
  #turn = 0;

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse, [upstream = "", ...others]: string[]): void {
    const { method, url, headers } = incoming;
    const sent = request(upstream + url, { method, headers, agent: false }, (answer) => {
      this.answersBy.set(upstream, (this.answersBy.get(upstream) ?? 0) + 1);
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
      answer.once("error", () => outgoing.destroy());
    });
    sent.once("error", (error: NodeJS.ErrnoException) => {
      // Nothing has been sent yet, so another may have it.
      if (error.code === "ECONNREFUSED" && others.length > 0) this.#pass(incoming, outgoing, others);
      else if (!outgoing.headersSent) outgoing.writeHead(502).end();
    });
    sent.once("socket", (socket) => socket.once("connect", () => incoming.pipe(sent)));
  }
}

describe.skipIf(nativeUrl === undefined)(`two servers behind a balancer${skipped}`, { timeout: 180_000 }, () => {
  const balancer = new Balancer();
  let database: TestDatabase;
  let servers: ServerProcess[] = [];
  let memory: PersistoClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    servers = await Promise.all([start(), start()]);
    balancer.upstreams = servers.map(({ baseUrl }) => baseUrl);
    memory = new PersistoClient({ apiKey: servers[0]!.apiKey, baseUrl: await balancer.listen(), maxRetries: 3 });
    await memory.save({ namespace: "n", id: "first", content: "The bridge is closed on Sundays." });
  }, 120_000);

  afterAll(async () => {
    await balancer.close();
    for (const server of servers) await server.end("SIGKILL");
    await database?.drop();
  });

  function start(): Promise<ServerProcess> {
    return startServerProcess({ environment: { DATABASE_URL: database.url } });
  }

  async function replace(index: number, signal: NodeJS.Signals): Promise<void> {
    await servers[index]!.end(signal);
    servers[index] = await start();
    balancer.upstreams[index] = servers[index].baseUrl;
  }

  /**
   * Calls until `work` is done and a little longer; counts what was saved, and the saves of which only that is known that they
   * are under way. Any other failed call fails the test.
   */
  async function during(work: () => Promise<void>): Promise<{ saved: number; underWay: number }> {
    let isDone = false;
    let underWay = 0;
    const saved: string[] = [];
    const loop = async (call: () => Promise<void>): Promise<void> => {
      while (!isDone) await call();
    };
    const save = async (): Promise<void> => {
      try {
        saved.push((await memory.save({ namespace: "n", content: "A ferry runs instead. ".repeat(20) })).id);
      } catch (error) {
        if (!isPersistoError(error) || error.code !== "idempotency_in_progress") throw error;
        underWay += 1;
      }
    };
    const query = async (): Promise<void> => {
      const { results } = await memory.query({ namespace: "n", query: "When is the bridge closed?", k: 50 });
      expect(results.map(({ id }) => id)).toContain("first");
    };
    const load = Promise.all([loop(save), loop(save), loop(query), loop(query)]);
    await expect.poll(() => saved.length).toBeGreaterThan(10);
    await work();
    const before = saved.length;
    await expect.poll(() => saved.length).toBeGreaterThan(before + 10);
    isDone = true;
    await load;
    return { saved: saved.length, underWay };
  }

  async function countsOf(namespace: string): Promise<number> {
    return (await memory.listNamespaces()).find((summary) => summary.namespace === namespace)?.count ?? 0;
  }

  it("share the work, and a restart of one after the other fails no call and saves nothing twice", async () => {
    const before = await countsOf("n");
    const { saved, underWay } = await during(async () => {
      await replace(0, "SIGTERM");
      await replace(1, "SIGTERM");
    });
    expect(underWay).toBe(0);
    expect(await countsOf("n")).toBe(before + saved);
    expect(balancer.answersBy.size).toBe(4);
    expect(Math.min(...balancer.answersBy.values())).toBeGreaterThan(3);
  });

  it("go on when one is killed: what it was saving is held for its lease, and nothing is saved twice or lost", async () => {
    const before = await countsOf("n");
    const { saved, underWay } = await during(() => replace(0, "SIGKILL"));
    // Two savers had one save each under way.
    expect(underWay).toBeLessThanOrEqual(2);
    const count = await countsOf("n");
    expect(count).toBeGreaterThanOrEqual(before + saved);
    expect(count).toBeLessThanOrEqual(before + saved + underWay);
  });

  it("end a key within five seconds on the other, too", async () => {
    const [first, second] = servers.map(({ baseUrl }) => baseUrl);
    const send = (base: string, key: string, path: string, init: RequestInit = {}) =>
      fetch(`${base}/v1${path}`, {
        ...init,
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      });
    const made = await send(first!, servers[0]!.apiKey, "/projects/default/keys", {
      method: "POST",
      body: JSON.stringify({ name: "test" }),
    });
    const { id, key } = (await made.json()) as { id: string; key: string };
    const statusOn = async (base: string) => (await send(base, key, "/memory/namespaces")).status;
    expect([await statusOn(first!), await statusOn(second!)]).toEqual([200, 200]);
    await send(first!, servers[0]!.apiKey, `/projects/default/keys/${id}`, { method: "DELETE" });
    expect(await statusOn(first!)).toBe(403);
    await expect.poll(() => statusOn(second!), { timeout: 5_000 }).toBe(403);
  });
});
