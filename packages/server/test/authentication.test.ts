import { randomBytes } from "node:crypto";
import type { Memory } from "@persisto/contract";
import { createPersisto } from "@persisto/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthenticator } from "../src/authenticator.js";
import { createApp } from "../src/create-app.js";
import { expectProblem } from "./expect-problem.js";
import { startTestServer, type TestServer } from "./test-server.js";

/** Every method and path that the app has a handler for, read from its routers: a new route cannot be left out. */
function routesOf(stack: readonly Layer[]): { method: string; path: string }[] {
  return stack.flatMap(({ route, handle }) => {
    if (!route) return handle.stack ? routesOf(handle.stack) : [];
    const methods = route.stack.map(({ method }) => method.toUpperCase());
    return [route.path].flat().flatMap((path) => methods.map((method) => ({ method, path })));
  });
}

interface Layer {
  route?: { path: string | string[]; stack: { method: string }[] };
  handle: { stack?: Layer[] };
}

const open = new Set(["/healthz", "/livez", "/readyz"]);

const app = createApp({ authenticate: () => Promise.reject(new Error("not called")), ready: async () => {} });
const guarded = routesOf(app.router.stack as unknown as Layer[]).filter(({ path }) => !open.has(path));
const matrix = guarded.flatMap(({ method, path }) => ["", "/v1"].map((prefix) => `${method} ${prefix}${path}`));

let server: TestServer;
let unknownKey: string;
/** Verbs that were called, whoever called them. */
let calls: string[] = [];

beforeAll(async () => {
  const stranger = await createPersisto({});
  unknownKey = (await stranger.apiKeys.create({ projectId: "default", name: "test" })).key;
  await stranger.close();

  let authenticate: (key: string) => Promise<Memory> = () => Promise.reject(new Error("not started"));
  server = await startTestServer({ authenticate: (key) => authenticate(key) });
  const { persisto } = server;
  authenticate = createAuthenticator({
    apiKeys: persisto.apiKeys,
    project: (id) =>
      new Proxy(persisto.project(id), {
        get(memory, verb, receiver): unknown {
          calls.push(String(verb));
          return Reflect.get(memory, verb, receiver);
        },
      }),
  });
}, 240_000);

afterAll(async () => {
  await server.stop();
});

describe("every route but health wants a key", () => {
  test("all of the contract's routes are in the matrix", () => {
    // 12 routes of the contract, each with and without the prefix.
    expect(new Set(matrix).size).toBe(24);
  });

  const attempts: { name: string; status: "unauthorized" | "forbidden"; header: () => Record<string, string> }[] = [
    { name: "no Authorization", status: "unauthorized", header: () => ({}) },
    { name: "an empty one", status: "unauthorized", header: () => ({ Authorization: "" }) },
    { name: "no scheme", status: "unauthorized", header: () => ({ Authorization: server.key }) },
    { name: "another scheme", status: "unauthorized", header: () => ({ Authorization: `Basic ${server.key}` }) },
    { name: "two keys", status: "unauthorized", header: () => ({ Authorization: `Bearer ${server.key} x` }) },
    { name: "a malformed key", status: "unauthorized", header: () => ({ Authorization: "Bearer secret" }) },
    {
      name: "a mistyped key",
      status: "unauthorized",
      header: () => ({ Authorization: `Bearer ${server.key.slice(0, -1)}` }),
    },
    { name: "an unknown key", status: "forbidden", header: () => ({ Authorization: `Bearer ${unknownKey}` }) },
  ];

  for (const { name, status, header } of attempts) {
    test.each([...new Set(matrix)])(`%s refuses ${name}`, async (route) => {
      const [method = "", path = ""] = route.split(" ");
      calls = [];
      // Not JSON at all: a body that was looked at would be refused for that.
      const body = method === "GET" ? {} : { body: "{{{" };
      const answer = await server.send(method, path.replace(":id", "some-id"), {
        ...body,
        key: null,
        headers: header(),
      });
      expectProblem(answer, status);
      expect(answer.headers["www-authenticate"]).toBe(status === "unauthorized" ? "Bearer" : undefined);
      expect(calls).toEqual([]);
    });
  }

  test("the scheme may be written in any case", async () => {
    const answer = await server.send("GET", "/memory/namespaces", {
      key: null,
      headers: { Authorization: `bearer ${server.key}` },
    });
    expect(answer.status).toBe(200);
  });

  test("a refused key is not repeated in the answer", async () => {
    const secret = randomBytes(16).toString("hex");
    const answer = await server.send("GET", "/memory/namespaces", { key: secret });
    expect(answer.text).not.toContain(secret);
  });
});

test("a key opens its own project only", async () => {
  const { key } = await server.persisto.apiKeys.create({ projectId: "other", name: "test" });
  const path = "/memory/of-default?namespace=tenancy";
  await server.send("POST", "/memory/save", { body: { namespace: "tenancy", content: "Ours.", id: "of-default" } });
  expect((await server.send("GET", path)).status).toBe(200);
  expectProblem(await server.send("GET", path, { key }), "not_found");
  expectProblem(await server.send("DELETE", path, { key }), "not_found");
  expect((await server.send("GET", "/memory/namespaces", { key })).body).toEqual({ namespaces: [] });
});

test("a preset key opens its project beside the keys that were made", async () => {
  const authenticate = createAuthenticator(server.persisto, { key: "my-own-key", projectId: "preset" });
  await server.persisto.project("preset").save({ namespace: "of-preset", content: "Here." });
  expect(await (await authenticate("my-own-key")).listNamespaces()).toEqual([{ namespace: "of-preset", count: 1 }]);
  expect(await (await authenticate(server.key)).listNamespaces()).not.toContainEqual({
    namespace: "of-preset",
    count: 1,
  });
});

test("beside a preset key, which has no form of its own, another is wrong rather than malformed", async () => {
  const authenticate = createAuthenticator(server.persisto, { key: "my-own-key", projectId: "default" });
  for (const key of ["my-own-keY", "my-own-key2", "secret", unknownKey]) {
    await expect(authenticate(key)).rejects.toMatchObject({ code: "forbidden" });
  }
  await expect(authenticate(server.key.slice(0, -1))).rejects.toMatchObject({ code: "unauthorized" });
});

test("the keys of a project open one and the same Memory", async () => {
  const { key } = await server.persisto.apiKeys.create({ projectId: "default", name: "test" });
  const authenticate = createAuthenticator(server.persisto, { key: "my-own-key", projectId: "default" });
  const memory = await authenticate(server.key);
  expect(await authenticate(key)).toBe(memory);
  expect(await authenticate("my-own-key")).toBe(memory);
});

test("health is open to all", async () => {
  for (const path of open) {
    expect((await server.send("GET", path, { key: null })).body).toEqual({ status: "ok" });
  }
});
