import { randomBytes } from "node:crypto";
import { administrationRoutes, routes } from "@persisto/contract";
import { createPersisto } from "@persisto/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthenticator, type AccessSource, type Authenticate } from "../src/authenticator.js";
import { createMetrics } from "../src/metrics/metrics.js";
import { expectProblem } from "./expect-problem.js";
import { guardedRoutes, healthPaths } from "./guarded-routes.js";
import { startTestServer, type TestServer } from "./test-server.js";

const matrix = guardedRoutes.map(({ method, path }) => `${method} ${path}`);

let server: TestServer;
let unknownKey: string;
/** Parts of what a credential opens that were used, whoever used them. */
let calls: string[] = [];

/** Notes what is used of what it opens. */
function watched(source: AccessSource): AccessSource {
  const watch = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, verb, receiver): unknown {
        calls.push(String(verb));
        return Reflect.get(target, verb, receiver);
      },
    });
  return {
    authenticate: (credential) => source.authenticate(credential),
    of: (principal, request) => watch(source.of(principal, request)),
  };
}

beforeAll(async () => {
  const stranger = await createPersisto({});
  unknownKey = (await stranger.access.createKey({ projectId: "default", name: "test" })).key;
  await stranger.close();

  let authenticate: Authenticate = () => Promise.reject(new Error("not started"));
  server = await startTestServer({
    authenticate: (...call) => authenticate(...call),
    metrics: createMetrics({ version: "test" }),
  });
  authenticate = createAuthenticator(watched(server.persisto.access));
}, 240_000);

afterAll(async () => {
  await server.stop();
});

const request = { requestId: "test" };

describe("every route but health and documentation wants a key", () => {
  test("all of the contract's routes are in the matrix", () => {
    // Those of memories with and without the prefix, those of administration, three of MCP, and /metrics.
    const expected = 2 * Object.keys(routes).length + Object.keys(administrationRoutes).length + 3 + 1;
    expect(new Set(matrix).size).toBe(expected);
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
  const { key } = await server.persisto.access.createKey({ projectId: "other", name: "test" });
  const path = "/memory/of-default?namespace=tenancy";
  await server.send("POST", "/memory/save", { body: { namespace: "tenancy", content: "Ours.", id: "of-default" } });
  expect((await server.send("GET", path)).status).toBe(200);
  expectProblem(await server.send("GET", path, { key }), "not_found");
  expectProblem(await server.send("DELETE", path, { key }), "not_found");
  expect((await server.send("GET", "/memory/namespaces", { key })).body).toEqual({ namespaces: [] });
});

test("a preset key opens its project beside the keys that were made", async () => {
  const authenticate = createAuthenticator(server.persisto.access, [{ key: "my-own-key", projectId: "preset" }]);
  await server.persisto.project("preset").save({ namespace: "of-preset", content: "Here." });
  const preset = await authenticate("my-own-key", request);
  expect(preset.owner).toBe("preset");
  expect(await preset.memory.listNamespaces()).toEqual([{ namespace: "of-preset", count: 1 }]);
  const made = await authenticate(server.key, request);
  expect(await made.memory.listNamespaces()).not.toContainEqual({ namespace: "of-preset", count: 1 });
});

test("a preset key says that it makes no tokens, instead of making some that open nothing", async () => {
  const authenticate = createAuthenticator(server.persisto.access, [{ key: "my-own-key", projectId: "preset" }]);
  const { administration } = await authenticate("my-own-key", request);
  await expect(administration.createToken({ namespaces: ["n"] })).rejects.toThrow("have it make a key");
  const { key } = await administration.createKey({ project: "preset", name: "tokens" });
  const { token } = await (await authenticate(key, request)).administration.createToken({ namespaces: ["n"] });
  expect((await authenticate(token, request)).owner).toBe("preset");
});

test("a preset operator key administers, beside a preset key, and opens no memories", async () => {
  const authenticate = createAuthenticator(server.persisto.access, [
    { key: "my-own-key", projectId: "default" },
    { key: "my-own-operator-key", projectId: null },
  ]);
  const operator = await authenticate("my-own-operator-key", request);
  await operator.administration.createOrganisation({ id: "of-preset", name: "Of the preset" });
  expect(() => operator.memory).toThrow("An operator key opens no project");
  const user = await authenticate("my-own-key", request);
  expect(user.principal.projectId).toBe("default");
  await expect(user.administration.listOrganisations()).rejects.toMatchObject({ code: "forbidden" });
  const { entries } = await operator.administration.listAudit({ limit: 100 });
  const made = entries.find(({ organisation }) => organisation === "of-preset");
  expect(made).toMatchObject({ actor: { kind: "operator", id: "preset" } });
});

test("a project named like the operators is not counted with them", async () => {
  const authenticate = createAuthenticator(server.persisto.access);
  const { key } = await server.persisto.access.createKey({ projectId: "operators", name: "test" });
  const operator = await server.persisto.access.createOperatorKey({ name: "test" });
  expect((await authenticate(key, request)).owner).not.toBe((await authenticate(operator.key, request)).owner);
});

test("beside a preset key, which has no form of its own, another is wrong rather than malformed", async () => {
  const authenticate = createAuthenticator(server.persisto.access, [{ key: "my-own-key", projectId: "default" }]);
  for (const key of ["my-own-keY", "my-own-key2", "secret", unknownKey]) {
    await expect(authenticate(key, request)).rejects.toMatchObject({ code: "forbidden" });
  }
  await expect(authenticate(server.key.slice(0, -1), request)).rejects.toMatchObject({ code: "unauthorized" });
});

test("health is open to all", async () => {
  for (const path of healthPaths) {
    expect((await server.send("GET", path, { key: null })).body).toEqual({ status: "ok" });
  }
});
