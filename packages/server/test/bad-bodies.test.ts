import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { expectProblem } from "./expect-problem.js";
import { saveHead, sendEndlessly, sendRaw } from "./raw-request.js";
import { useTestServer } from "./test-server.js";

const server = await useTestServer();

const save = "/v1/memory/save";
const good = { namespace: "bad input", content: "It rains." };

async function expectAlive(): Promise<void> {
  expect((await server.send("POST", save, { body: good })).status).toBe(200);
}

describe("bodies", () => {
  test.each([33, 37, 100, 6_000, 100_000, 1_000_000])("%i levels of nesting are refused", async (depth) => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const nested = `${open.repeat(depth)}1${close.repeat(depth)}`;
      const body = `{"namespace":"n","content":"c","metadata":{"deep":${nested}}}`;
      const answer = await server.send("POST", save, { body });
      if (body.length > 2 * 1024 * 1024) expectProblem(answer, "too_large");
      else expectProblem(answer, "unprocessable");
    }
    await expectAlive();
  });

  test("brackets inside texts are no nesting", async () => {
    const content = `${"[".repeat(500)}"\\"${"{".repeat(500)}`;
    const { body, status } = await server.send("POST", save, { body: { ...good, content } });
    expect(status).toBe(200);
    const record = await server.send("GET", `/memory/${(body as { id: string }).id}`);
    expect(record.body).toMatchObject({ content });
  });

  test("metadata may be 32 levels deep, in a batch too", async () => {
    let metadata: object = { level: 32 };
    for (let level = 31; level >= 1; level -= 1) metadata = { level: metadata };
    const body = { memories: [{ ...good, metadata }] };
    expect((await server.send("POST", "/memory/save-many", { body })).status).toBe(200);
  });

  test("a declared length over the limit is refused before a byte of it is read", async () => {
    const answer = await sendRaw(server.url, saveHead(server.key, { "Content-Length": String(2 * 1024 * 1024 + 1) }));
    expect(answer).toContain("413 Payload Too Large");
    expect(answer).toContain('"code":"too_large"');
  });

  test("an undeclared length is refused as soon as it is over the limit", async () => {
    const mebibyte = Buffer.alloc(1024 * 1024, "x");
    const { status, sentChunks } = await sendEndlessly(server, mebibyte);
    expect(status).toBe(413);
    // Two are the limit; the rest was on its way when the answer came.
    expect(sentChunks).toBeLessThan(100);
    await expectAlive();
  });

  test("contents of up to 256 KiB pass however they are escaped", async () => {
    const content = "\u00e9".repeat(128 * 1024);
    const escaped = content.replaceAll("\u00e9", "\\u00e9");
    const answer = await server.send("POST", save, { body: `{"namespace":"n","content":"${escaped}"}` });
    expect(answer.status, answer.text).toBe(200);
  });

  test("a content of one byte more is too large, by name", async () => {
    const answer = await server.send("POST", save, { body: { ...good, content: "x".repeat(256 * 1024 + 1) } });
    expect(expectProblem(answer, "too_large").errors).toMatchObject([{ field: "content" }]);
  });

  test("save-many takes bodies that a single save does not", async () => {
    const memories = Array.from({ length: 12 }, () => ({ ...good, content: `rain ${"x".repeat(250_000)}` }));
    const answer = await server.send("POST", "/memory/save-many", { body: { memories } });
    expect(answer.status, answer.text).toBe(200);
  }, 60_000);

  test.each([
    ["no type", {}],
    ["a form", { "Content-Type": "application/x-www-form-urlencoded" }],
    ["text", { "Content-Type": "text/plain" }],
    ["another charset", { "Content-Type": "application/json; charset=latin1" }],
    ["a made-up charset", { "Content-Type": "application/json; charset=utf-8-x" }],
  ])("%s is refused, naming application/json", async (_name, headers) => {
    const answer = await server.send("POST", save, {
      body: JSON.stringify(good),
      headers: { "Content-Type": "", ...headers },
    });
    expect(expectProblem(answer, "invalid_input").detail).toContain("application/json");
  });

  test("a declared utf-8 charset is fine", async () => {
    const headers = { "Content-Type": "application/json; charset=UTF-8" };
    expect((await server.send("POST", save, { body: good, headers })).status).toBe(200);
  });

  test.each(["gzip", "br", "deflate", "zstd", "x"])("Content-Encoding %s is refused", async (encoding) => {
    const answer = await server.send("POST", save, {
      body: gzipSync(JSON.stringify(good)),
      headers: { "Content-Encoding": encoding },
    });
    expectProblem(answer, "invalid_input");
  });

  test.each([
    ["a byte that never occurs", [0xff]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["an overlong form", [0xc0, 0xaf]],
    ["half a character", [0xe2, 0x82]],
  ])("UTF-8 with %s is refused, not repaired", async (_name, bytes) => {
    const body = Buffer.concat([Buffer.from('{"namespace":"n","content":"'), Buffer.from(bytes), Buffer.from('"}')]);
    expect(expectProblem(await server.send("POST", save, { body }), "invalid_input").detail).toContain("UTF-8");
  });

  test.each(["", " ", "{", '{"namespace":', "nonsense", "{'a':1}", "[]", "[{}]", '"text"', "1", "true", "null"])(
    "%j is refused as no JSON object",
    async (body) => {
      expectProblem(await server.send("POST", save, { body }), "invalid_input");
    },
  );

  test("broken JSON is not repeated in the answer", async () => {
    const answer = await server.send("POST", save, { body: '{"content": "my secret diary' });
    expectProblem(answer, "invalid_input");
    expect(answer.text).not.toContain("diary");
  });
});
