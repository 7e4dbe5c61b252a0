import { Agent, request } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { createAuthenticator } from "../src/authenticator.js";
import { createApp, type AppOptions } from "../src/create-app.js";
import { startServer, type RunningServer } from "../src/start-server.js";
import { useTestServer } from "./test-server.js";

/** Keeps the engine; each test starts and stops a server of its own before it. */
const home = await useTestServer();

function start(graceMs: number, ready: AppOptions["ready"] = async () => {}): Promise<RunningServer> {
  const app = createApp({ authenticate: createAuthenticator(home.persisto.access), ready });
  return startServer(app, { host: "127.0.0.1", port: 0, graceMs });
}

describe("stopping", () => {
  test("under load answers every request it has carried out", async () => {
    const server = await start(30_000);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const saved: string[] = [];
    const failures: string[] = [];
    let isStopping = false;

    const work = Array.from({ length: 8 }, async (_, worker) => {
      for (let count = 0; ; count += 1) {
        const id = `${worker}-${count}`;
        try {
          const status = await save(server.url, agent, id);
          if (status === 200) saved.push(id);
          else failures.push(`${id}: ${status}`);
        } catch (error) {
          // A connection that it has not accepted yet is refused, or reset by the kernel in whose queue it waits.
          if (!isStopping) failures.push(`${id}: ${String(error)}`);
          return;
        }
      }
    });
    await expect.poll(() => saved.length, { timeout: 60_000 }).toBeGreaterThan(20);
    isStopping = true;
    await server.stop();
    await Promise.all(work);
    agent.destroy();

    expect(failures).toEqual([]);
    // Not one more than was answered: none was carried out and then cut off.
    const { total } = await home.persisto.list({ namespace: "load", limit: 1, withTotal: true });
    expect(total).toBe(saved.length);
  }, 120_000);

  test("says so on readyz while it finishes, also to whoever has asked before, and closes connections with their last answer", async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let isHeld = false;
    const server = await start(30_000, () => {
      isHeld = true;
      return held;
    });
    const underWay = fetch(`${server.url}/readyz`);
    await expect.poll(() => isHeld).toBe(true);
    const stopped = server.stop();
    const answer = await fetch(`${server.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("connection")).toBe("close");
    release();
    expect((await underWay).status).toBe(503);
    await stopped;
    await expect(fetch(`${server.url}/healthz`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  test("cuts what outlasts its patience", async () => {
    const server = await start(50);
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write("POST /memory/save HTTP/1.1\r\nHost: x\r\nContent-Le");
    await server.stop();
    await closed;
  });

  test("twice is stopping once", async () => {
    const server = await start(1_000);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
  });
});

describe("an address that cannot be had is named with the way out", () => {
  const app = createApp({ authenticate: () => Promise.reject(new Error("no key")), ready: async () => {} });

  test("a port that is taken", async () => {
    const port = Number(new URL(home.url).port);
    await expect(startServer(app, { host: "127.0.0.1", port, graceMs: 0 })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the port is taken. Stop what is using it, or choose another with --port or PORT.`,
    );
  });

  test("an address that is not this machine's", async () => {
    await expect(startServer(app, { host: "192.0.2.1", port: 0, graceMs: 0 })).rejects.toThrow(
      "Choose another with --host or HOST",
    );
  });
});

function save(url: string, agent: Agent, id: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/memory/save`,
      {
        agent,
        method: "POST",
        headers: { Authorization: `Bearer ${home.key}`, "Content-Type": "application/json" },
      },
      (incoming) => {
        incoming.resume();
        incoming.once("error", reject);
        incoming.once("end", () => resolve(incoming.statusCode ?? 0));
      },
    );
    outgoing.once("error", reject);
    outgoing.end(JSON.stringify({ namespace: "load", content: `Number ${id}.`, id }));
  });
}
