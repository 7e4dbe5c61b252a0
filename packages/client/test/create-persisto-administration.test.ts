import { afterAll, beforeAll, expect, test } from "vitest";
import type { Administration } from "@persisto/contract";
import { createPersistoAdministration } from "../src/index.js";
import { json, problem, startStubServer, type StubServer } from "./stub-server.js";

let stub: StubServer;
let administration: Administration;

beforeAll(async () => {
  stub = await startStubServer();
  administration = createPersistoAdministration({ apiKey: "psto_operator_key", baseUrl: `${stub.url}/v1/` });
});

afterAll(() => stub.stop());

test("what the path names is in the path, the rest in the body or the query string, in wire names", async () => {
  stub.answerWith(json({ id: "k1", key: "psto_live_new", expires_at: null }));
  expect(await administration.createKey({ project: "a/b", name: "n", ttlSeconds: 60 })).toEqual({
    id: "k1",
    key: "psto_live_new",
    expiresAt: null,
  });
  const [{ method, path, body, headers } = expect.fail("no request")] = stub.seen;
  expect({ method, path, body: JSON.parse(body) as unknown }).toEqual({
    method: "POST",
    path: "/v1/projects/a%2Fb/keys",
    body: { name: "n", ttl_seconds: 60 },
  });
  expect(headers["idempotency-key"]).toBeUndefined();
  stub.answerWith(json({ entries: [], next_cursor: null }));
  expect(await administration.listAudit({ project: "p", limit: 5 })).toEqual({ entries: [], nextCursor: null });
  expect(stub.seen[0]!.path).toBe("/v1/audit?project=p&limit=5");
  stub.answerWith(json({ keys: [{ id: "k1", last_used_at: null }] }));
  expect(await administration.listKeys({ project: "p" })).toEqual([{ id: "k1", lastUsedAt: null }]);
});

test("what changes something is not tried again, and what reads is", async () => {
  stub.answerWith(problem("unavailable"), json({ id: "p" }));
  await expect(administration.createProject({ organisation: "o", id: "p" })).rejects.toMatchObject({
    code: "unavailable",
  });
  expect(stub.seen).toHaveLength(1);
  stub.answerWith(problem("unavailable"), json({ projects: [] }));
  expect(await administration.listProjects()).toEqual([]);
});
