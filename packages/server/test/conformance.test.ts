import { PersistoClient } from "@persisto/client";
import { describeMemory, describeProjectIsolation } from "@persisto/conformance";
import { startTestServer } from "./test-server.js";

describeMemory("client -> server -> engine", async () => {
  const server = await startTestServer();
  return {
    memory: new PersistoClient({ apiKey: server.key, baseUrl: server.url }),
    close: () => server.stop(),
  };
});

describeProjectIsolation("two API keys of one server", async () => {
  const server = await startTestServer();
  const other = await server.persisto.apiKeys.create({ projectId: "other", name: "test" });
  const open = (apiKey: string): PersistoClient => new PersistoClient({ apiKey, baseUrl: server.url });
  return { a: open(server.key), b: open(other.key), close: () => server.stop() };
});
