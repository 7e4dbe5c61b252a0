import { PersistoClient } from "@persisto/client";
import { createPersisto } from "@persisto/core";
import { createApp, createAuthenticator, startServer } from "@persisto/server";

// The server: an engine (in memory here; { dataDir } or { databaseUrl } keeps it) behind an Express app.
const persisto = await createPersisto();
const { key } = await persisto.access.createKey({ projectId: "default", name: "example" });
const app = createApp({
  authenticate: createAuthenticator(persisto.access),
  ready: () => persisto.ready(),
  sharedBuckets: persisto.sharedBuckets,
});
const server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 5_000 });

// The client: the same verbs as the engine's, over HTTP. Any other language can do the same with the API under /docs.
const memory = new PersistoClient({ apiKey: key, baseUrl: server.url });
await memory.save({ namespace: "ada", content: "Ada moved to Lisbon in May.", metadata: { topic: "home" } });
await memory.save({ namespace: "ada", content: "Ada does not eat peanuts.", metadata: { topic: "food" } });
const { results } = await memory.query({ namespace: "ada", query: "Where does Ada live?", filters: { topic: "home" } });
console.log(results[0]?.content);

await server.stop();
await persisto.close();
