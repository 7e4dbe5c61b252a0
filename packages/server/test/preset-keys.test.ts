import { expect, test } from "vitest";
import { startServerProcess } from "../../../test/lib/server-process.js";

const operatorKey = "an-operator-key-of-mine";

test("with both keys preset a first start shows no key, and both work", { timeout: 120_000 }, async () => {
  const server = await startServerProcess({ environment: { PERSISTO_OPERATOR_KEY: operatorKey } });
  try {
    const send = async (path: string, key: string): Promise<number> =>
      (await fetch(`${server.baseUrl}${path}`, { headers: { Authorization: `Bearer ${key}` } })).status;
    await expect.poll(() => server.output()).toContain("Ctrl+C");
    expect(server.output()).toMatch(
      /API key +the one in PERSISTO_API_KEY\n *Operator +the one in PERSISTO_OPERATOR_KEY\n/,
    );
    expect(server.output()).not.toMatch(/psto_|of-mine/);
    expect(await send("/v1/orgs", operatorKey)).toBe(200);
    expect(await send("/v1/memory/namespaces", operatorKey)).toBe(403);
    expect(await send("/v1/memory/namespaces", server.apiKey)).toBe(200);
    expect(await send("/v1/orgs", server.apiKey)).toBe(403);
  } finally {
    await server.end("SIGTERM");
  }
});
