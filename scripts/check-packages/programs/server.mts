import { createPersisto } from "@persisto/core";
import { createApp, createAuthenticator, startServer } from "@persisto/server";

const persisto = await createPersisto();
const { key } = await persisto.access.createKey({ projectId: "default", name: "trial" });
const authenticate = createAuthenticator(persisto.access);
const app = createApp({ authenticate, ready: () => persisto.ready(), sharedBuckets: persisto.sharedBuckets });
const server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 5_000 });

async function post(path: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

await post("/v1/memory/save", { namespace: "ada", content: "Ada lives in Lisbon." });
const found = JSON.stringify(await post("/v1/memory/query", { namespace: "ada", query: "Where does Ada live?" }));
if (!found.includes("Ada lives in Lisbon.")) throw new Error(`found ${found}`);
await server.stop();
await persisto.close();
