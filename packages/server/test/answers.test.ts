import { fromWire, routes } from "@persisto/contract";
import { operations, type OpenApiDocument } from "@persisto/contract/http";
import { afterAll, describe, expect, test } from "vitest";
import { createDocumentChecker } from "../../contract/test/document-checker.js";
import { useTestServer, type TestRequest } from "./test-server.js";

// Whatever the server really answers keeps the schema that documents it: strictly, so that no member is left out of the
// schema either.

const server = await useTestServer();
const document = JSON.parse((await server.send("GET", "/openapi.json")).text) as OpenApiDocument;
const check = createDocumentChecker(document);
const namespace = "answers";
const seen = new Set<string>();

type Name = keyof typeof routes;

/** Sends what a route is documented with, and checks the answer by the document and by its schema. */
async function expectKept(name: Name, path: string, request: TestRequest = {}): Promise<Record<string, unknown>> {
  const { method, path: template } = routes[name];
  const answer = await server.send(method, path, request);
  expect(answer.status, answer.text).toBe(200);
  const documented = document.paths[template.replace(":id", "{id}")]![method.toLowerCase()] as unknown as Documented;
  const { schema } = documented.responses["200"]!.content["application/json"]!;
  expect(check(schema, answer.body)).toBe("");
  expect(check(schema, { ...(answer.body as object), another: 1 })).not.toBe("");
  // The names below `counts` are the user's, so this answer never had another case.
  const result = name === "listNamespaces" ? answer.body : fromWire(answer.body as object);
  expect(operations[name].answer.safeParse(result).error).toBeUndefined();
  expect(operations[name].answer.safeParse({ ...(result as object), another: 1 }).success).toBe(false);
  seen.add(name);
  return answer.body as Record<string, unknown>;
}

interface Documented {
  responses: Record<string, { content: Record<string, { schema: Readonly<Record<string, unknown>> }> }>;
}

const metadata = { camelKey: "x", snake_key: [1, null, { deep: true }] };

describe("answers keep their schemas", () => {
  test("save, with everything and with the least", async () => {
    const content = "The user prefers concise summaries.";
    await expectKept("save", "/memory/save", {
      body: { namespace, content, metadata, ttl_seconds: 600, id: "a" },
    });
    await expectKept("save", "/memory/save", { body: { namespace, content: "It rains in Rome." } });
  });

  test("save-many", async () => {
    const memories = [
      { namespace, content: "Tea in the morning.", id: "b" },
      { namespace: "Other Names", content: "Coffee." },
    ];
    await expectKept("saveMany", "/memory/save-many", { body: { memories } });
    await expectKept("saveMany", "/memory/save-many", { body: { memories: [] } });
  });

  test.each(["hybrid", "vector", "text"])("query by %s, explained and not", async (retrieval) => {
    const ask = { namespace, query: "concise summaries", retrieval, profile: { name: "mine", min_relevance: 0 } };
    for (const explain of [true, false]) {
      const { results } = await expectKept("query", "/memory/query", { body: { ...ask, explain } });
      expect(results).not.toEqual([]);
    }
  });

  test.each(["strict", "fuzzy", "recency"])("query in mode %s, filtered", async (mode) => {
    await expectKept("query", "/memory/query", {
      body: { namespace, query: "summaries, excluding rain", mode, filters: { camelKey: "x" }, explain: true },
    });
  });

  test("query by a vector alone", async () => {
    const embedding = Array.from({ length: 256 }, (_, index) => Math.sin(index));
    await expectKept("query", "/memory/query", { body: { namespace, embedding, explain: true } });
  });

  test("list, whole and by pages", async () => {
    const whole = await expectKept("list", `/memory/list?namespace=${namespace}&with_total=true`);
    expect(whole["memories"]).toHaveLength(3);
    const page = await expectKept("list", "/memory/list?limit=1");
    await expectKept("list", `/memory/list?limit=1&cursor=${encodeURIComponent(String(page["next_cursor"]))}`);
  });

  test("one memory, read and changed", async () => {
    await expectKept("get", "/memory/a");
    await expectKept("update", "/memory/a", { body: { content: "Changed.", ttl_seconds: null } });
  });

  test("namespaces, with and without counts, and their settings", async () => {
    await expectKept("configureNamespace", `/memory/namespaces?namespace=${namespace}`, {
      body: { language: "german" },
    });
    await expectKept("listNamespaces", "/memory/namespaces");
    const { counts } = await expectKept("listNamespaces", "/memory/namespaces?counts=true");
    expect(counts).toMatchObject({ "Other Names": 1 });
  });

  test("the history of queries", async () => {
    const { queries } = await expectKept("listQueries", "/queries/list?limit=5");
    expect(queries).toHaveLength(5);
    await expectKept("listQueries", "/queries/list");
  });

  test("deletions", async () => {
    await expectKept("deleteOne", "/memory/a");
    await expectKept("delete", "/memory/delete", { body: { namespace, ids: ["b"] } });
    await expectKept("deleteNamespace", `/memory/namespaces?namespace=${namespace}`);
  });
});

afterAll(() => {
  expect([...seen].toSorted(), "every route has answered").toEqual(Object.keys(routes).toSorted());
});
