import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./test-server.js";

const app = "https://app.example.com";

describe("pages of other origins", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ corsOrigins: [app, "http://localhost:3000"] });
  });
  afterAll(() => server.stop());

  test.each([
    ["POST", "/v1/memory/save"],
    ["PATCH", "/memory/some-id"],
    ["DELETE", "/v1/memory/delete"],
  ])("are told that they may send %s %s, without a key", async (method, path) => {
    const { status, headers, text } = await server.send("OPTIONS", path, {
      key: null,
      headers: {
        Origin: app,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
      },
    });
    expect({ status, text }).toEqual({ status: 204, text: "" });
    expect(headers["access-control-allow-origin"]).toBe(app);
    expect(headers["access-control-allow-methods"]).toContain(method);
    expect(headers["access-control-allow-headers"]).toMatch(/Authorization,Content-Type,Idempotency-Key/);
    expect(headers["access-control-max-age"]).toBe("7200");
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
  });

  test("can read answers, refusals and what they are told beside the body", async () => {
    const body = { namespace: "pages", content: "Said on a page." };
    const saved = await server.send("POST", "/v1/memory/save", { body, headers: { Origin: app } });
    const refused = await server.send("POST", "/v1/memory/save", { body, key: null, headers: { Origin: app } });
    expect([saved.status, refused.status]).toEqual([200, 401]);
    for (const { headers } of [saved, refused]) {
      expect(headers["access-control-allow-origin"]).toBe(app);
      expect(headers["vary"]).toMatch(/Origin/);
      expect(headers["access-control-expose-headers"]).toMatch(/X-Request-Id,Retry-After/);
    }
  });

  test("can read that there is no room", async () => {
    const full = await startTestServer({ corsOrigins: ["*"], maxConcurrentRequestsInAll: 0 });
    try {
      const { status, headers } = await full.send("GET", "/v1/memory/list", { headers: { Origin: app } });
      expect(status).toBe(503);
      expect(headers["access-control-allow-origin"]).toBe("*");
      expect(headers["retry-after"]).toBe("1");
    } finally {
      await full.stop();
    }
  });

  test.each(["https://evil.example", "https://app.example.com.evil.example", "null"])(
    "learn nothing when they are of %s",
    async (origin) => {
      const answers = [
        await server.send("GET", "/v1/memory/list", { headers: { Origin: origin } }),
        await server.send("OPTIONS", "/v1/memory/save", {
          key: null,
          headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
        }),
      ];
      for (const { headers } of answers) expect(headers).not.toHaveProperty("access-control-allow-origin");
    },
  );

  test("are none unless a server is told of some", async () => {
    const closed = await startTestServer();
    try {
      const { status, headers } = await closed.send("GET", "/v1/memory/list", { headers: { Origin: app } });
      expect(status).toBe(200);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    } finally {
      await closed.stop();
    }
  });
});
