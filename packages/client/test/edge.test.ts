import { readFile } from "node:fs/promises";
import { EdgeVM } from "@edge-runtime/vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, problem, silence, startStubServer, type StubServer } from "./stub-server.js";

// The built package in a world that has what the web's standards have, and nothing of Node.
let edge: EdgeVM;
let stub: StubServer;

beforeAll(async () => {
  const code = await readFile(new URL("../dist/index.cjs", import.meta.url), "utf8");
  stub = await startStubServer();
  edge = new EdgeVM();
  edge.evaluate(`
    const module = { exports: {} };
    ((module, exports) => { ${code}\n })(module, module.exports);
    const client = new module.exports.PersistoClient({ apiKey: "psto_live_key", baseUrl: "${stub.url}" });
    const abort = new AbortController();
  `);
});

afterAll(() => stub.stop());

/** What an expression is in there, as text. */
function inEdge(expression: string): Promise<string> {
  return edge.evaluate(`(async () => String(await ${expression}))()`);
}

test("a client in an edge runtime sends one idempotency key in all tries of a call", async () => {
  stub.answerWith(problem("unavailable"), json({ status: "saved", id: "m-1", chunks: 1, expires_at: null }));
  expect(await inEdge(`client.save({ namespace: "n", content: "c" }).then(({ id }) => id)`)).toBe("m-1");
  expect(stub.seen).toHaveLength(2);
  expect(new Set(stub.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
});

test("there, too, a signal ends a call, with the signal's reason", async () => {
  stub.answerWith(silence);
  const outcome = inEdge(`client.get({ id: "1" }, { signal: abort.signal }).catch((error) => error)`);
  await expect.poll(() => stub.seen.length).toBe(1);
  edge.evaluate(`abort.abort(new Error("The user has left."))`);
  expect(await outcome).toBe("Error: The user has left.");
});

test("there, too, a call that has a signal ends after its timeout", async () => {
  stub.answerWith(silence);
  const options = `{ timeoutMs: 50, signal: new AbortController().signal }`;
  expect(await inEdge(`client.get({ id: "1" }, ${options}).catch((error) => error.message)`)).toMatch("within 50 ms");
});

test("there, too, errors are of their classes", async () => {
  stub.answerWith(problem("not_found"));
  const call = `client.query({ namespace: "n", query: "q" })`;
  const isOfClass = `.catch((error) => error instanceof module.exports.PersistoNotFoundError && error.requestId)`;
  expect(await inEdge(call + isOfClass)).toBe("r-1");
});
