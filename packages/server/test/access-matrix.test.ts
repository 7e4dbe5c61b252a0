import { setTimeout as pause } from "node:timers/promises";
import { keyScopes, type KeyScope } from "@persisto/contract";
import { createPersisto, staticEmbedder } from "@persisto/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMetrics } from "../src/metrics/metrics.js";
import { expectProblem } from "./expect-problem.js";
import { guardedRoutes } from "./guarded-routes.js";
import { startTestServer, type TestServer } from "./test-server.js";

/**
 * What a route needs: a scope of a key, the operator, any key that may make tokens, or anything that opens a project. What the last may
 * do there is decided by the tools of MCP, whose refusals are answers: mcp.test.ts.
 */
type Need = KeyScope | "operator" | "any key" | "a project";

/** A request that would be granted, and what it needs. */
interface Entry {
  needs: Need;
  /** In place of the parameters of the path. */
  path?: Record<string, string>;
  query?: string;
  body?: object;
}

const project = { project: "mine" };
const memory = { id: "kept" };

/** One for every route; a route without one fails. */
const entries: Record<string, Entry> = {
  "POST /memory/save": { needs: "memories:write", body: { namespace: "n", content: "Intruder." } },
  "POST /memory/save-many": { needs: "memories:write", body: { memories: [{ namespace: "n", content: "Intruder." }] } },
  "POST /memory/query": { needs: "memories:read", body: { namespace: "n", query: "secret of the house" } },
  "DELETE /memory/delete": { needs: "memories:delete", body: { namespace: "n", ids: ["kept"] } },
  "GET /memory/namespaces": { needs: "memories:read" },
  "PUT /memory/namespaces": { needs: "memories:write", query: "?namespace=n", body: { language: "german" } },
  "DELETE /memory/namespaces": { needs: "memories:delete", query: "?namespace=n" },
  "GET /memory/list": { needs: "memories:read" },
  "GET /memory/:id": { needs: "memories:read", path: memory },
  "PATCH /memory/:id": { needs: "memories:write", path: memory, body: { content: "Intruder." } },
  "DELETE /memory/:id": { needs: "memories:delete", path: memory, query: "?namespace=n" },
  "GET /queries/list": { needs: "queries:read" },
  "POST /orgs": { needs: "operator", body: { id: "intruder" } },
  "GET /orgs": { needs: "operator" },
  "DELETE /orgs/:organisation": { needs: "operator", path: { organisation: "other-org" } },
  "GET /orgs/:organisation/audit/verify": { needs: "operator", path: { organisation: "default" } },
  "POST /projects": { needs: "operator", body: { organisation: "default", id: "intruder" } },
  "GET /projects": { needs: "operator" },
  "GET /projects/:project": { needs: "project:admin", path: project },
  "PATCH /projects/:project": { needs: "project:admin", path: project, body: { name: "Intruder" } },
  "DELETE /projects/:project": { needs: "operator", path: project },
  "POST /projects/:project/keys": { needs: "keys:admin", path: project, body: { name: "intruder" } },
  "GET /projects/:project/keys": { needs: "keys:admin", path: project },
  "DELETE /projects/:project/keys/:id": { needs: "keys:admin", path: { ...project, id: "AAAAAAAAAAAA" } },
  "POST /projects/:project/keys/:id/rotate": {
    needs: "keys:admin",
    path: { ...project, id: "AAAAAAAAAAAA" },
    body: { grace_seconds: 0 },
  },
  "POST /tokens": { needs: "any key", body: { namespaces: ["n"], scopes: ["memories:write"] } },
  "POST /mcp": { needs: "a project", body: { jsonrpc: "2.0", id: 1, method: "tools/list" } },
  "GET /mcp": { needs: "a project" },
  "DELETE /mcp": { needs: "a project" },
  "GET /metrics": { needs: "operator" },
  "GET /projects/:project/quotas": { needs: "usage:read", path: project },
  "PUT /projects/:project/quotas": { needs: "operator", path: project, body: { stored_bytes: 0 } },
  "GET /usage": { needs: "usage:read", query: "?project=mine" },
  "GET /audit": { needs: "project:admin", query: "?project=mine" },
};

/** A credential, and which needs it meets: those cells are not of the matrix. */
interface Credential {
  header: string | null;
  meets(need: Need): boolean;
  /** What of its refusals is not 401 or 403: a stranger finds nothing. */
  isStranger?: boolean;
}

let server: TestServer;
let embedded = 0;
let credentials: Record<string, Credential>;
let operatorKey: string;
let mineKey: string;

const nothing = (): boolean => false;

beforeAll(async () => {
  const builtIn = await staticEmbedder();
  server = await startTestServer(
    { metrics: createMetrics({ version: "test" }) },
    {
      embedder: {
        ...builtIn,
        embed: async (...call) => {
          embedded += 1;
          return builtIn.embed(...call);
        },
      },
    },
  );
  const { access } = server.persisto;
  operatorKey = (await access.createOperatorKey({ name: "test" })).key;
  const operator = access.of(await access.authenticate(operatorKey)).administration;
  await operator.createProject({ organisation: "default", id: "mine" });
  await operator.createOrganisation({ id: "other-org" });
  await operator.createProject({ organisation: "default", id: "neighbour" });
  await operator.createProject({ organisation: "other-org", id: "abroad" });
  mineKey = (await access.createKey({ projectId: "mine", name: "all" })).key;
  const mine = access.of(await access.authenticate(mineKey));
  await mine.memory.save({ namespace: "n", id: "kept", content: "The secret of the house is under the stairs." });
  await mine.memory.query({ namespace: "n", query: "house" });

  const stranger = await createPersisto({});
  const unknown = (await stranger.access.createKey({ projectId: "mine", name: "x" })).key;
  await stranger.close();
  const revoked = await mine.administration.createKey({ project: "mine", name: "revoked", scopes: [...keyScopes] });
  await mine.administration.revokeKey({ project: "mine", id: revoked.id });
  const expired = await mine.administration.createKey({
    project: "mine",
    name: "expired",
    scopes: [...keyScopes],
    ttlSeconds: 1,
  });
  const { token } = await mine.administration.createToken({ namespaces: ["other"], scopes: ["memories:read"] });
  await pause(1_100);

  credentials = {
    none: { header: null, meets: nothing },
    malformed: { header: "Bearer secret", meets: nothing },
    "a bad checksum": { header: `Bearer ${mineKey.slice(0, -1)}${mineKey.endsWith("0") ? "1" : "0"}`, meets: nothing },
    unknown: { header: `Bearer ${unknown}`, meets: nothing },
    revoked: { header: `Bearer ${revoked.key}`, meets: nothing },
    expired: { header: `Bearer ${expired.key}`, meets: nothing },
    "a forged token": { header: `Bearer ${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`, meets: nothing },
    // It may read, and what it may read is elsewhere.
    "a token for another namespace": {
      header: `Bearer ${token}`,
      meets: (need) => ["memories:read", "a project"].includes(need),
    },
  };
  for (const projectId of ["neighbour", "abroad"]) {
    const { key } = await access.createKey({ projectId, name: "all" });
    // What it may do there is no cell: it is asked about a project, a memory or a namespace of mine.
    credentials[`a key of another ${projectId === "abroad" ? "organisation" : "project"}`] = {
      header: `Bearer ${key}`,
      meets: (need) =>
        ["any key", "a project"].includes(need) || need.startsWith("memories:") || need === "queries:read",
      isStranger: true,
    };
  }
  for (const missing of keyScopes) {
    const scopes = keyScopes.filter((scope) => scope !== missing);
    const { key } = await mine.administration.createKey({ project: "mine", name: `no ${missing}`, scopes });
    credentials[`a key without ${missing}`] = {
      header: `Bearer ${key}`,
      meets: (need) => need !== missing && need !== "operator" && !(need === "any key" && missing === "memories:write"),
    };
  }
  credentials["an operator's key"] = {
    header: `Bearer ${operatorKey}`,
    meets: (need) => ["operator", "keys:admin", "project:admin", "usage:read"].includes(need),
  };
}, 240_000);

afterAll(async () => {
  await server.stop();
});

/** Everything that a request could have changed. */
async function snapshot(): Promise<string> {
  const { access } = server.persisto;
  const mine = access.of(await access.authenticate(mineKey));
  const operator = access.of(await access.authenticate(operatorKey)).administration;
  return JSON.stringify([
    await mine.memory.list(),
    await mine.memory.listNamespaces(),
    await mine.memory.listQueries(),
    (await mine.administration.listKeys(project)).map((key) => ({ ...key, lastUsedAt: null })),
    await operator.listAudit(),
    await operator.getUsage(project),
    await operator.getQuotas(project),
    await operator.listProjects(),
    await operator.listOrganisations(),
    await server.persisto.project("neighbour").list(),
    await server.persisto.project("abroad").list(),
  ]);
}

const name = ({ method, path }: { method: string; path: string }): string => `${method} ${path.replace(/^\/v1/, "")}`;

test("every route of the live router has an entry, and no other", () => {
  expect([...new Set(guardedRoutes.map(name))].toSorted()).toEqual(Object.keys(entries).toSorted());
});

test.each(guardedRoutes.map((route) => `${route.method} ${route.path}`))(
  "%s is granted to no credential that may not do it",
  async (route) => {
    const [method = "", template = ""] = route.split(" ");
    const { needs, path = {}, query = "", body } = entries[name({ method, path: template })]!;
    const target = template.replaceAll(/:(\w+)/g, (_, parameter: string) => path[parameter]!) + query;
    const before = await snapshot();
    const embeddedBefore = embedded;
    for (const [credential, { header, meets, isStranger = false }] of Object.entries(credentials)) {
      if (meets(needs)) continue;
      const answer = await server.send(method, target, {
        key: null,
        headers: header === null ? {} : { Authorization: header },
        ...(body && { body }),
      });
      expect([401, 403, ...(isStranger ? [404] : [])], credential).toContain(answer.status);
      expectProblem(answer, answer.status === 401 ? "unauthorized" : answer.status === 403 ? "forbidden" : "not_found");
      expect(answer.text, credential).not.toContain("stairs");
    }
    expect(embedded).toBe(embeddedBefore);
    expect(await snapshot()).toBe(before);
  },
);

test("what a key of another project may do, it does there", async () => {
  const { header } = credentials["a key of another project"]!;
  const headers = { Authorization: header! };
  expectProblem(await server.send("GET", "/v1/memory/kept", { key: null, headers }), "not_found");
  expectProblem(
    await server.send("POST", "/v1/memory/query", { key: null, headers, body: { namespace: "n", query: "house" } }),
    "not_found",
  );
  expect((await server.send("GET", "/v1/memory/list", { key: null, headers })).body).toMatchObject({ memories: [] });
});

test("a token for another namespace sees nothing of this one", async () => {
  const { header } = credentials["a token for another namespace"]!;
  const headers = { Authorization: header! };
  const query = { namespace: "n", query: "house" };
  expectProblem(await server.send("POST", "/v1/memory/query", { key: null, headers, body: query }), "forbidden");
  expectProblem(await server.send("GET", "/v1/memory/list?namespace=n", { key: null, headers }), "forbidden");
  expect((await server.send("GET", "/v1/memory/kept", { key: null, headers })).status).toBe(404);
});
