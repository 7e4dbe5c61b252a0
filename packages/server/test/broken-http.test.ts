import { connect } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { saveHead, sendRaw } from "./raw-request.js";
import { useTestServer } from "./test-server.js";

const server = await useTestServer();

const save = "/v1/memory/save";
const good = { namespace: "bad input", content: "It rains." };

async function expectAlive(): Promise<void> {
  expect((await server.send("POST", save, { body: good })).status).toBe(200);
}

describe("HTTP itself", () => {
  test.each([
    ["nonsense", "HELLO\r\n\r\n", "400"],
    ["a header without a colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", "400"],
    ["two lengths", "POST /memory/save HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "400",
    ],
    ["no host", "GET /memory/list HTTP/1.1\r\n\r\n", "401"],
    ["an expectation that nobody knows", "GET /memory/list HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n", "401"],
    ["endless headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, "413"],
  ])("%s gets a problem document", async (_name, bytes, status) => {
    const answer = await sendRaw(server.url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    await expectAlive();
  });

  test("a header called __proto__ is like any other", async () => {
    const headers = Object.fromEntries([["__proto__", "x"]]);
    expect((await server.send("POST", save, { body: good, headers })).status).toBe(200);
  });

  test("a sender that goes away in the middle of a body does no harm", async () => {
    const { port } = new URL(server.url);
    for (let count = 0; count < 20; count += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), "127.0.0.1", () => {
          socket.write(saveHead(server.key, { "Content-Length": "1000" }) + '{"namespace":');
          setImmediate(() => {
            socket.destroy();
            resolve();
          });
        });
      });
    }
    await expectAlive();
  });
});

test("no malformed body gets a 5xx, a stack or an answer that is no problem document", async () => {
  const fields = ["namespace", "content", "metadata", "ttl_seconds", "id", "query", "filters", "mode", "profile", "k"];
  const names = fc.oneof(fc.constantFrom(...fields, "memories", "ids", "__proto__", "constructor"), fc.string());
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: "binary" }),
    fc.constantFrom("\u0000", "\ud800", "", "n", -1, 1e308, Number.MIN_VALUE, [], {}, null),
  );
  const objects = fc
    .array(fc.tuple(names, value), { maxLength: 6 })
    .map((pairs) => JSON.stringify(Object.fromEntries(pairs)));
  const broken = fc.tuple(objects, fc.nat(), fc.uint8Array({ maxLength: 4 })).map(([text, at, bytes]) => {
    const whole = Buffer.from(text);
    const cut = at % (whole.length + 1);
    return Buffer.concat([whole.subarray(0, cut), bytes, whole.subarray(cut + 1)]);
  });
  const target = fc.constantFrom(
    ["POST", "/memory/save"],
    ["POST", "/v1/memory/save-many"],
    ["POST", "/memory/query"],
    ["DELETE", "/v1/memory/delete"],
    ["PATCH", "/memory/some-id"],
  );
  await fc.assert(
    fc.asyncProperty(target, fc.oneof(objects, broken), async ([method = "", path = ""], body) => {
      const answer = await server.send(method, path, { body });
      expect(answer.status, answer.text).toBeLessThan(500);
      if (answer.status >= 400) expect(answer.body).toMatchObject({ status: answer.status, code: expect.any(String) });
    }),
    { numRuns: 500, seed: 20_240_229 },
  );
  await expectAlive();
}, 120_000);
