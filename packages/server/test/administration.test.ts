import { administrationOperations, type Operation } from "@persisto/contract/http";
import { fromWire } from "@persisto/contract";
import { beforeAll, expect, test } from "vitest";
import { expectProblem } from "./expect-problem.js";
import { useTestServer, type TestAnswer } from "./test-server.js";

const server = await useTestServer();
let operator: string;
const called = new Set<string>();

beforeAll(async () => {
  operator = (await server.persisto.access.createOperatorKey({ name: "test" })).key;
});

/** Calls an operation; its answer must be what the document says. */
async function call<Answer>(
  name: keyof typeof administrationOperations,
  {
    path = {},
    query = "",
    body,
    key = operator,
  }: {
    path?: Record<string, string>;
    query?: string;
    body?: object;
    key?: string;
  } = {},
): Promise<Answer> {
  const { method, path: template, answer: schema }: Operation = administrationOperations[name];
  const target = `/v1${template.replaceAll(/:(\w+)/g, (_, parameter: string) => path[parameter]!)}${query}`;
  const answer: TestAnswer = await server.send(method, target, { key, ...(body && { body }) });
  expect(answer.status, answer.text).toBe(200);
  called.add(name);
  const camel = fromWire(answer.body as object);
  expect(schema.safeParse(camel).error).toBeUndefined();
  return camel as Answer;
}

test("organisations, projects, keys and tokens over HTTP, as the document says", async () => {
  await call("createOrganisation", { body: { id: "acme", name: "Acme" } });
  await call("listOrganisations");
  await call("createProject", { body: { organisation: "acme", id: "bots", environment: "test" } });
  await call("listProjects", { query: "?organisation=acme" });
  await call("getProject", { path: { project: "bots" } });
  await call("updateProject", { path: { project: "bots" }, body: { name: "Bots" } });

  const path = { project: "bots" };
  const made = await call<{ id: string; key: string }>("createKey", {
    path,
    body: { name: "app", scopes: ["memories:read", "memories:write", "keys:admin"], ttl_seconds: null },
  });
  expect(made.key).toMatch(/^psto_test_/);
  await call("listKeys", { path, key: made.key });
  const { token } = await call<{ token: string }>("createToken", {
    key: made.key,
    body: { namespaces: ["notes"], scopes: ["memories:write"], filters: { user: "ann" } },
  });
  const saved = await server.send("POST", "/v1/memory/save", {
    key: token,
    body: { namespace: "notes", content: "Ann likes tea.", metadata: { user: "ann" } },
  });
  expect(saved.status).toBe(200);
  const next = await call<{ key: string }>("rotateKey", {
    path: { ...path, id: made.id },
    body: { grace_seconds: 60 },
    key: made.key,
  });
  const list = { key: next.key };
  expect((await server.send("GET", "/v1/memory/list", list)).body).toMatchObject({
    memories: [{ content: "Ann likes tea." }],
  });
  await call("revokeKey", { path: { ...path, id: made.id } });
  expectProblem(await server.send("GET", "/v1/memory/list", { key: made.key }), "forbidden");
  expectProblem(await server.send("POST", "/v1/memory/query", { key: token, body: {} }), "forbidden");

  await call("setQuotas", { path, body: { saves_per_month: 1, stored_bytes: 1_000 } });
  expectProblem(
    await server.send("POST", "/v1/memory/save", { ...list, body: { namespace: "notes", content: "Ann likes milk." } }),
    "quota_exceeded",
  );
  expect(await call("getQuotas", { path })).toMatchObject({ savesPerMonth: { max: 1, used: 1 } });
  const { usage } = await call<{ usage: object[] }>("getUsage", { query: "?project=bots&by=month&per_key=true" });
  expect(usage).toMatchObject([{ key: made.id, saves: 1, queries: 0 }]);
  await call("listAudit", { query: "?project=bots&limit=2" });
  await call("verifyAudit", { path: { organisation: "acme" } });
  await call("deleteProject", { path });
  await call("deleteOrganisation", { path: { organisation: "acme" } });
  expect([...called].toSorted()).toEqual(Object.keys(administrationOperations).toSorted());
});

test("what is wrong with a request is named as it was sent", async () => {
  const answer = await server.send("POST", "/v1/projects/default/keys", {
    key: operator,
    body: { name: "", scopes: ["everything"], ttl_seconds: 0, project: "other", colour: "red" },
  });
  expectProblem(answer, "unprocessable");
  const fields = (answer.body as { errors: { field: string }[] }).errors.map(({ field }) => field);
  expect(fields.toSorted()).toEqual(["colour", "name", "scopes[0]", "ttl_seconds"]);
});
