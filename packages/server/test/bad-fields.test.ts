import { describe, expect, test } from "vitest";
import { expectInvalid, expectProblem } from "./expect-problem.js";
import { useTestServer } from "./test-server.js";

const server = await useTestServer();

const save = "/v1/memory/save";
const good = { namespace: "bad input", content: "It rains." };

describe("fields", () => {
  test.each([
    ["an unknown field", { ...good, colour: "red" }, "colour"],
    ["a camelCase spelling", { ...good, ttlSeconds: 5 }, "ttl_seconds"],
    ["a missing field", { namespace: "n" }, "content"],
    ["an empty content", { ...good, content: "" }, "content"],
    ["a wrong type", { ...good, ttl_seconds: "5" }, "ttl_seconds"],
    ["NUL", { ...good, content: "a\u0000b" }, "content"],
    ["a lone surrogate", '{"namespace":"n","content":"\\ud800"}', "content"],
    ["NUL in a metadata key", { ...good, metadata: { "a\u0000": 1 } }, "metadata.a\u0000"],
    ["a number JSON cannot keep", '{"namespace":"n","content":"c","metadata":{"n":1e400}}', "metadata.n"],
    ["__proto__", '{"namespace":"n","content":"c","__proto__":{"x":1}}', "__proto__"],
    [
      "__proto__ in metadata",
      '{"namespace":"n","content":"c","metadata":{"a":{"__proto__":1}}}',
      "metadata.a.__proto__",
    ],
    ["an empty namespace", { ...good, namespace: "" }, "namespace"],
  ])("%s is refused by name", async (_name, body, field) => {
    expectInvalid(await server.send("POST", save, { body }), field);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test("a field of a batch is named with its place", async () => {
    const body = { memories: [good, { ...good, ttl_seconds: 0 }] };
    expectInvalid(await server.send("POST", "/memory/save-many", { body }), "memories[1].ttl_seconds");
  });

  test("save-many wants memories and nothing else", async () => {
    expectInvalid(await server.send("POST", "/memory/save-many", { body: {} }), "memories");
    const body = { memories: [good], ttl_seconds: 5 };
    expectInvalid(await server.send("POST", "/memory/save-many", { body }), "ttl_seconds");
  });

  test("a profile's fields are named as the wire has them", async () => {
    const body = { namespace: "n", query: "q", profile: { half_life: 3 } };
    const problem = expectProblem(await server.send("POST", "/memory/query", { body }), "unprocessable");
    expect(problem.errors?.every(({ field }) => field.startsWith("profile"))).toBe(true);
  });

  test("delete calls its conditions metadata, never filters", async () => {
    const erase = async (body: object) =>
      server.send("DELETE", "/memory/delete", { body: { namespace: "n", ...body } });
    expectInvalid(await erase({ filters: { a: 1 } }), "filters");
    expectInvalid(await erase({ metadata: { a: [1] } }), "metadata.a");
    expectInvalid(await erase({ metadata: "all" }), "metadata");
  });

  test("delete without a condition deletes nothing", async () => {
    await server.send("POST", save, { body: { namespace: "kept", content: "Stay." } });
    for (const condition of [{}, { metadata: {} }, { metadata: null }, { ids: null }]) {
      const body = { namespace: "kept", ...condition };
      expectProblem(await server.send("DELETE", "/memory/delete", { body }), "unprocessable");
    }
    expect((await server.send("GET", "/memory/list?namespace=kept")).body).toMatchObject({
      memories: [{ content: "Stay." }],
    });
  });

  test("a change cannot move a memory", async () => {
    await server.send("POST", save, { body: { ...good, id: "fixed" } });
    for (const body of [
      { id: "other", content: "c" },
      { namespace: "other", content: "c" },
    ]) {
      expectInvalid(await server.send("PATCH", "/memory/fixed", { body }), Object.keys(body)[0] ?? "");
    }
    expectProblem(await server.send("PATCH", "/memory/fixed", { body: {} }), "unprocessable");
  });

  test("query in a namespace that was never saved in is not found", async () => {
    const answer = await server.send("POST", "/memory/query", { body: { namespace: "never", query: "q" } });
    expect(expectProblem(answer, "not_found").resource).toBe("namespace");
  });
});

describe("paths and query strings", () => {
  test.each([
    ["GET", "/"],
    ["GET", "/memory"],
    ["GET", "/memory/"],
    ["GET", "/v2/memory/list"],
    ["POST", "/memory/list"],
    ["GET", "/memory/a/b"],
    ["PUT", "/memory/save"],
    ["GET", "/memory/list/"],
    ["GET", "/v1/v1/memory/list"],
  ])("%s %s is no route", async (method, path) => {
    expect(expectProblem(await server.send(method, path), "not_found").resource).toBe("route");
  });

  test.each(["%", "%zz", "%ff", "%c0%af", "%ed%a0%80"])("the id %s in a path is refused", async (id) => {
    expectProblem(await server.send("GET", `/memory/${id}`), "invalid_input");
    expectProblem(await server.send("GET", `/memory/x?namespace=${id}`), "invalid_input");
  });

  test.each(["%00", "%0a", "%7f", "x".repeat(257)])("the id %s is refused by name", async (id) => {
    expectInvalid(await server.send("GET", `/memory/${id}`), "id");
  });

  test.each([
    ["/memory/list?colour=red", "colour"],
    ["/memory/list?withTotal=true", "with_total"],
    ["/memory/list?__proto__=1", "__proto__"],
    ["/memory/list?limit=1&limit=2", "limit"],
    ["/memory/list?limit=ten", "limit"],
    ["/memory/list?limit=", "limit"],
    ["/memory/list?limit=0", "limit"],
    ["/memory/list?limit=1.5", "limit"],
    ["/memory/list?limit=1001", "limit"],
    ["/memory/list?limit=1e2", "limit"],
    ["/memory/list?with_total=1", "with_total"],
    ["/memory/list?filters=nonsense", "filters"],
    ["/memory/list?filters=[]", "filters"],
    [`/memory/list?filters=${"[".repeat(2_000)}`, "filters"],
    ["/memory/list?filters=%7B%22a%22%3A%5B%5D%7D", "filters.a"],
    ["/memory/list?cursor=forged", "cursor"],
    ["/memory/list?namespace=", "namespace"],
    ["/memory/namespaces?counts=yes", "counts"],
    ["/queries/list?start_date=yesterday", "start_date"],
    ["/queries/list?end_date=300000-01-01T00:00:00Z", "end_date"],
    ["/queries/list?cursor=forged", "cursor"],
    ["/memory/some-id?name=space", "name"],
  ])("%s is refused by name", async (path, field) => {
    expectInvalid(await server.send("GET", path), field);
  });

  test("parameters are refused where a route has none", async () => {
    expectInvalid(await server.send("POST", `${save}?dry_run=true`, { body: good }), "dry_run");
  });

  test("deleting a namespace wants its name", async () => {
    expectInvalid(await server.send("DELETE", "/memory/namespaces"), "namespace");
  });
});
