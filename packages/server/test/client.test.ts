import { PersistoClient } from "@persisto/client";
import { PersistoAuthError } from "@persisto/contract";
import { expect, test } from "vitest";
import { useTestServer } from "./test-server.js";

const server = await useTestServer();
const memory = new PersistoClient({ apiKey: server.key, baseUrl: server.url });

test.each([
  "list",
  "save",
  "save-many",
  "query",
  "delete",
  "namespaces",
  "LIST",
  "List",
  "a/b",
  "/",
  "//",
  "a b",
  " ",
  "a+b",
  "100%",
  "%2F",
  "%6Cist",
  "a?b=c",
  "a#b",
  "a&b",
  "...",
  "~",
  "-._~!$&'()*+,;=:@",
  "\u{1f600} \u00e9t\u00e9 \u65e5\u672c",
  "e\u0301",
  "\u202eabc",
  "constructor",
  "__proto__",
])("the id %j is saved, read, changed and deleted", async (id) => {
  const namespace = `ids of ${id}`;
  await memory.save({ namespace, content: "Before.", id });
  expect(await memory.get({ id, namespace })).toMatchObject({ id, namespace, content: "Before." });
  expect(await memory.update({ id, namespace, content: "After." })).toMatchObject({ id, content: "After." });
  expect(await memory.listNamespaces()).toContainEqual({ namespace, count: 1 });
  expect(await memory.delete({ namespace, ids: [id] })).toEqual({ count: 1 });
  expect(await memory.get({ id, namespace })).toBeNull();
});

test.each(["__proto__", "toString", "snake_case", "camelCase"])(
  "the namespace %s has its own count",
  async (namespace) => {
    await memory.save({ namespace, content: "Here." });
    expect(await memory.listNamespaces()).toContainEqual({ namespace, count: 1 });
    expect(await memory.deleteNamespace({ namespace })).toEqual({ count: 1 });
    expect(await memory.deleteNamespace({ namespace })).toEqual({ count: 0 });
  },
);

test.each([
  ["a profile's field", () => memory.query({ namespace: "n", query: "q", mode: { k: 0 } }), /^mode/],
  ["a filter of a delete", () => memory.delete({ namespace: "n", filters: { a: [] as never } }), /^filters/],
  [
    "undefined deep in the filters of a delete, which JSON would drop",
    () => memory.delete({ namespace: "n", filters: { or: [{ a: 1 }, { not: { b: { gt: 1, lt: undefined } } }] } }),
    /^filters\.or\[1\]\.not\.b\.lt$/,
  ],
  [
    "an operand in the filters of a list",
    () => memory.list({ filters: { snake_key: { camelKey: { in: [1, [] as never] } } } }),
    /^filters\.snake_key\.camelKey\.in\[1\]$/,
  ],
  [
    "a field with another spelling on the wire",
    () => memory.save({ namespace: "n", content: "c", ttlSeconds: 0 }),
    /^ttlSeconds$/,
  ],
  [
    "a wire name",
    () => memory.save({ namespace: "n", content: "c", ttl_seconds: 5 } as never),
    /^ttl_seconds|^ttlSeconds/,
  ],
  ["a wire name of a query", () => memory.query({ namespace: "n", query: "q", profile: {} } as never), /^profile$/],
  ["a wire name of a delete", () => memory.delete({ namespace: "n", metadata: { a: 1 } } as never), /^metadata$/],
  ["text for a number", () => memory.list({ limit: "10" as never }), /^limit$/],
  ["a number for text", () => memory.list({ namespace: 5 as never }), /^namespace$/],
  ["a number for an id", () => memory.get({ id: 5 as never }), /^id$/],
  ["an id no URL can hold", () => memory.get({ id: ".." }), /^id$/],
  ["no id", () => memory.get({} as never), /^id$/],
  ["a lone surrogate", () => memory.get({ id: "\ud800" }), /^id$/],
  ["NaN", () => memory.list({ limit: Number.NaN }), /^limit$/],
  ["a Date", () => memory.listQueries({ startDate: new Date() as never }), /^startDate$/],
  ["an unknown field of a query string", () => memory.list({ colour: "red" } as never), /^colour$/],
  ["nothing at all", () => memory.save(undefined as never), /^$/],
] as const)("%s is refused as the engine does, by its name in TypeScript", async (_name, call, field) => {
  await expect(call()).rejects.toMatchObject({
    code: "unprocessable",
    details: { issues: expect.arrayContaining([expect.objectContaining({ field: expect.stringMatching(field) })]) },
  });
});

test("what an error says over HTTP is what it says in process", async () => {
  const input = { namespace: "n", content: "", ttlSeconds: -1 };
  const [local, remote] = await Promise.allSettled([server.persisto, memory].map((each) => each.save(input)));
  const message = expect.stringMatching(/^content: .+; ttlSeconds: .+/);
  expect(local).toMatchObject({ status: "rejected", reason: { message } });
  expect(remote).toMatchObject({ reason: { message: (local as PromiseRejectedResult).reason.message } });
});

test("an error carries the request id of the server's log", async () => {
  await expect(memory.query({ namespace: "never", query: "q" })).rejects.toMatchObject({
    code: "not_found",
    details: { resource: "namespace" },
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test("a key the server refuses is an error of authentication", async () => {
  const client = new PersistoClient({ apiKey: "secret", baseUrl: server.url });
  await expect(client.listNamespaces()).rejects.toMatchObject({ code: "unauthorized", name: PersistoAuthError.name });
});

test("the base URL may end in a slash or in /v1", async () => {
  for (const baseUrl of [`${server.url}/`, `${server.url}/v1`, `${server.url}/v1/`]) {
    const client = new PersistoClient({ apiKey: server.key, baseUrl });
    expect(await client.get({ id: "absent" })).toBeNull();
  }
});

test("a base URL with a path too many is told as such, not as an absent memory", async () => {
  const client = new PersistoClient({ apiKey: server.key, baseUrl: `${server.url}/api` });
  await expect(client.get({ id: "absent" })).rejects.toMatchObject({
    code: "not_found",
    details: { resource: "route" },
  });
});
