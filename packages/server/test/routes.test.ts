import { describe, expect, test } from "vitest";
import { expectInvalid, expectProblem } from "./expect-problem.js";
import { useTestServer } from "./test-server.js";

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const server = await useTestServer();
let namespaces = 0;

function freshNamespace(): string {
  namespaces += 1;
  return `routes ${namespaces}`;
}

async function save(namespace: string, content: string, more: object = {}): Promise<string> {
  const { body } = await server.send("POST", "/v1/memory/save", { body: { namespace, content, ...more } });
  return (body as { id: string }).id;
}

describe.each(["", "/v1"])("served under the prefix %j", (prefix) => {
  test("save answers with id, passages and expiry", async () => {
    const saved = await server.send("POST", `${prefix}/memory/save`, {
      body: {
        namespace: freshNamespace(),
        content: "The user prefers concise summaries.",
        metadata: { source: "profile" },
        ttl_seconds: 60,
        id: "préférence/1",
      },
    });
    expect(saved.status).toBe(200);
    expect(saved.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(saved.body).toEqual({ status: "saved", id: "préférence/1", chunks: 1, expires_at: isoTime });
  });

  test("save without an id makes one, and without a ttl keeps for ever", async () => {
    const { body } = await server.send("POST", `${prefix}/memory/save`, {
      body: { namespace: freshNamespace(), content: "It rains." },
    });
    expect(body).toEqual({ status: "saved", id: expect.any(String), chunks: 1, expires_at: null });
  });

  test("save-many answers in input order", async () => {
    const namespace = freshNamespace();
    const { status, body } = await server.send("POST", `${prefix}/memory/save-many`, {
      body: {
        memories: [
          { namespace, content: "Tea in the morning.", id: "b" },
          { namespace, content: "Coffee after lunch.", id: "a", ttl_seconds: 60 },
        ],
      },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "saved",
      results: [
        { id: "b", chunks: 1 },
        { id: "a", chunks: 1 },
      ],
    });
  });

  test("save-many of nothing saves nothing", async () => {
    const { body } = await server.send("POST", `${prefix}/memory/save-many`, { body: { memories: [] } });
    expect(body).toEqual({ status: "saved", results: [] });
  });

  test("query answers with the passages and everything about them", async () => {
    const namespace = freshNamespace();
    const metadata = { camelCase: 1, snake_case: { innerKey: [null, true] } };
    await save(namespace, "The user prefers concise summaries.", { id: "m", metadata });
    const { status, body } = await server.send("POST", `${prefix}/memory/query`, {
      body: { namespace, query: "concise summaries", filters: { camelCase: 1 }, k: 3, mode: "fuzzy" },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      results: [
        {
          id: "m",
          namespace,
          content: "The user prefers concise summaries.",
          metadata,
          created_at: isoTime,
          expires_at: null,
          similarity: expect.any(Number),
          score: expect.any(Number),
          chunk: { index: 0, count: 1 },
        },
      ],
      dropped: 0,
    });
  });

  test("query takes a profile of one's own, and the history names it", async () => {
    const namespace = freshNamespace();
    await save(namespace, "The user prefers concise summaries.");
    const profile = { name: "mine", k: 2, vector_weight: 0.7, recency: { weight: 0.5, half_life_days: 30 } };
    const answer = await server.send("POST", `${prefix}/memory/query`, {
      body: { namespace, query: "concise summaries", profile },
    });
    expect(answer.status, answer.text).toBe(200);
    const history = await server.send("GET", `${prefix}/queries/list?namespace=${encodeURIComponent(namespace)}`);
    expect(history.body).toMatchObject({ queries: [{ mode: "mine" }] });
  });

  test("delete takes ids, content and metadata, and answers how many", async () => {
    const namespace = freshNamespace();
    await save(namespace, "One.", { id: "1" });
    await save(namespace, "Two.", { metadata: { userId: 7 } });
    await save(namespace, "Three.");
    const erase = async (conditions: object) =>
      server.send("DELETE", `${prefix}/memory/delete`, { body: { namespace, ...conditions } });
    expect((await erase({ ids: ["1", "unknown"] })).body).toEqual({ status: "deleted", count: 1 });
    expect((await erase({ metadata: { userId: 7 } })).body).toEqual({ status: "deleted", count: 1 });
    expect((await erase({ content: "Three." })).body).toEqual({ status: "deleted", count: 1 });
    expect(expectProblem(await erase({ content: "Three." }), "not_found").resource).toBe("memory");
  });

  test("namespaces are listed by name, with counts on request", async () => {
    const namespace = `Ünï/${freshNamespace()} camelCase`;
    await save(namespace, "Here.");
    const plain = (await server.send("GET", `${prefix}/memory/namespaces`)).body as { namespaces: string[] };
    expect(Object.keys(plain)).toEqual(["namespaces"]);
    expect(plain.namespaces).toContain(namespace);
    const counted = (await server.send("GET", `${prefix}/memory/namespaces?counts=true`)).body as {
      namespaces: string[];
      counts: Record<string, number>;
    };
    expect(Object.keys(counted.counts).sort()).toEqual([...counted.namespaces].sort());
    expect(counted.counts[namespace]).toBe(1);
  });

  test("deleting a namespace answers how many memories it held", async () => {
    const namespace = freshNamespace();
    await save(namespace, "One.");
    await save(namespace, "Two.");
    const path = `${prefix}/memory/namespaces?namespace=${encodeURIComponent(namespace)}`;
    expect((await server.send("DELETE", path)).body).toEqual({ status: "deleted", count: 2 });
    expect(expectProblem(await server.send("DELETE", path), "not_found").resource).toBe("namespace");
  });

  test("list pages through the memories, newest first", async () => {
    const namespace = freshNamespace();
    for (const id of ["1", "2", "3"]) await save(namespace, `Number ${id}.`, { id, metadata: { isOdd: id !== "2" } });
    const query = new URLSearchParams({ namespace, limit: "2", with_total: "true" });
    const first = await server.send("GET", `${prefix}/memory/list?${query.toString()}`);
    expect(first.body).toEqual({
      memories: [
        { id: "3", namespace, content: "Number 3.", metadata: { isOdd: true }, ...times(null) },
        { id: "2", namespace, content: "Number 2.", metadata: { isOdd: false }, ...times(null) },
      ],
      next_cursor: expect.any(String),
      total: 3,
    });
    const { next_cursor: cursor } = first.body as { next_cursor: string };
    const next = new URLSearchParams({ namespace, limit: "2", cursor });
    const second = await server.send("GET", `${prefix}/memory/list?${next.toString()}`);
    expect(second.body).toMatchObject({ memories: [{ id: "1" }], next_cursor: null });
    expect(second.body).not.toHaveProperty("total");
    const filtered = new URLSearchParams({ namespace, filters: JSON.stringify({ isOdd: true }) });
    const odd = await server.send("GET", `${prefix}/memory/list?${filtered.toString()}`);
    expect(odd.body).toMatchObject({ memories: [{ id: "3" }, { id: "1" }] });
  });

  test("one memory is read, changed and deleted by its id", async () => {
    const namespace = freshNamespace();
    const id = `one${prefix}`;
    await save(namespace, "Before.", { id, metadata: { a: 1 } });
    const path = `${prefix}/memory/${encodeURIComponent(id)}?namespace=${encodeURIComponent(namespace)}`;
    const before = { id, namespace, content: "Before.", metadata: { a: 1 }, ...times(null) };
    expect((await server.send("GET", path)).body).toEqual(before);
    const changed = await server.send("PATCH", path, { body: { content: "After.", ttl_seconds: 60 } });
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({ ...before, content: "After.", ...times(isoTime) });
    expect((await server.send("PATCH", path, { body: { ttl_seconds: null, metadata: {} } })).body).toEqual({
      ...before,
      content: "After.",
      metadata: {},
    });
    expect((await server.send("DELETE", path)).body).toEqual({ status: "deleted", count: 1 });
    for (const method of ["GET", "DELETE"]) {
      expect(expectProblem(await server.send(method, path), "not_found").resource).toBe("memory");
    }
    const absent = await server.send("PATCH", path, { body: { content: "Never." } });
    expect(expectProblem(absent, "not_found").resource).toBe("memory");
  });

  test("an id alone names a memory while one namespace holds it, and conflicts when two do", async () => {
    const [first, second] = [freshNamespace(), freshNamespace()];
    const id = `shared${prefix.replace("/", "-")}`;
    await save(first, "In the first.", { id });
    expect((await server.send("GET", `${prefix}/memory/${id}`)).body).toMatchObject({ namespace: first });
    await save(second, "In the second.", { id });
    for (const method of ["GET", "DELETE"]) {
      expectProblem(await server.send(method, `${prefix}/memory/${id}`), "conflict");
    }
    const one = await server.send("DELETE", `${prefix}/memory/${id}?namespace=${encodeURIComponent(first)}`);
    expect(one.body).toEqual({ status: "deleted", count: 1 });
    expect((await server.send("DELETE", `${prefix}/memory/${id}`)).body).toEqual({ status: "deleted", count: 1 });
  });

  test("the history of queries is listed newest first, by namespace and time", async () => {
    const namespace = freshNamespace();
    await save(namespace, "It rains.");
    const startDate = new Date(Date.now() - 3_600_000).toISOString();
    for (const query of ["first", "second"]) {
      await server.send("POST", `${prefix}/memory/query`, {
        body: { namespace, query, filters: { someKey: "x" }, k: 4, mode: "recency" },
      });
    }
    const entry = {
      namespace,
      filters: { someKey: "x" },
      top_k: 4,
      mode: "recency",
      count: 0,
      duration_ms: expect.any(Number),
      timestamp: isoTime,
    };
    const list = async (more: Record<string, string>) => {
      const search = new URLSearchParams({ namespace, start_date: startDate, ...more });
      return (await server.send("GET", `${prefix}/queries/list?${search.toString()}`)).body;
    };
    expect(await list({})).toEqual({
      queries: [
        { ...entry, query_text: "second" },
        { ...entry, query_text: "first" },
      ],
      next_cursor: null,
    });
    expect(await list({ limit: "1" })).toMatchObject({
      queries: [{ query_text: "second" }],
      next_cursor: expect.any(String),
    });
    expect(await list({ end_date: startDate })).toEqual({ queries: [], next_cursor: null });
  });

  test("query takes mode or profile, each of its own kind", async () => {
    const ask = async (more: object) =>
      server.send("POST", `${prefix}/memory/query`, { body: { namespace: "n", query: "q", ...more } });
    expectInvalid(await ask({ mode: "strict", profile: {} }), "profile");
    expectInvalid(await ask({ mode: { k: 3 } }), "mode");
    expectInvalid(await ask({ profile: "strict" }), "profile");
  });
});

function times(expiresAt: unknown): object {
  return { created_at: isoTime, updated_at: isoTime, expires_at: expiresAt };
}
