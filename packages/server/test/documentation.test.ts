import type { OpenApiDocument } from "@persisto/contract/http";
import { routes } from "@persisto/contract";
import { describe, expect, test } from "vitest";
import { expectProblem } from "./expect-problem.js";
import { useTestServer } from "./test-server.js";

const server = await useTestServer();

const parts = [
  ["/docs", "text/html; charset=utf-8"],
  ["/docs/page.css", "text/css; charset=utf-8"],
  ["/docs/page.js", "text/javascript; charset=utf-8"],
  ["/openapi.json", "application/json; charset=utf-8"],
] as const;

describe.each(["", "/v1"])("under the prefix %j", (prefix) => {
  test.each(parts)("%s is served without a key", async (path, type) => {
    const answer = await server.send("GET", prefix + path, { key: null });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe(type);
    expect(Buffer.byteLength(answer.text)).toBe(Number(answer.headers["content-length"]));
  });

  test.each(parts)("%s may load nothing from elsewhere, and run nothing inline", async (path) => {
    const { headers } = await server.send("GET", prefix + path, { key: null });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|http|\*/);
  });
});

test("the document is of this version and has every route", async () => {
  const document = JSON.parse((await server.send("GET", "/openapi.json", { key: null })).text) as OpenApiDocument;
  expect(document).toMatchObject({ openapi: "3.1.1", info: { version: expect.stringMatching(/^\d+\.\d+\.\d+/) } });
  for (const { method, path } of Object.values(routes)) {
    expect(document.paths[path.replace(":id", "{id}")]).toHaveProperty(method.toLowerCase());
  }
});

test("the page names no other server, and has no script or style of its own", async () => {
  const page = (await server.send("GET", "/docs")).text;
  const script = (await server.send("GET", "/docs/page.js")).text;
  const style = (await server.send("GET", "/docs/page.css")).text;
  for (const text of [page, script, style]) expect(text).not.toMatch(/https?:\/\/|["'(]\/\/|@import|\burl\(/);
  expect(page).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|\sstyle=/);
  expect(script).not.toMatch(/innerHTML|eval\(|document\.write/);
});

test("what is not there stays not found, and wants no key to say so", async () => {
  for (const path of ["/docs/", "/docs/page.html", "/docs/../package.json", "/openapi.yaml", "/OPENAPI.json"]) {
    expect(expectProblem(await server.send("GET", path, { key: null }), "not_found").resource).toBe("route");
  }
});
