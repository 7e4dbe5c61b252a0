import { PersistoClient } from "@persisto/client";
import { describeMemory, describeProjectIsolation } from "@persisto/conformance";
import { describe } from "vitest";
import { createTestDatabase, nativeUrl } from "../../core/test/native-database.js";
import { startTestServer, type TestServer } from "./test-server.js";

const native = nativeUrl === undefined ? "native Postgres: PERSISTO_TEST_DATABASE_URL is not set" : "native Postgres";

describe("embedded PGlite", () => describeServer("client -> server -> engine", startTestServer));
describe.skipIf(nativeUrl === undefined)(native, () => describeServer("client -> server -> engine", startOnNative));

function describeServer(name: string, start: () => Promise<TestServer>): void {
  const open = ({ url }: TestServer, apiKey: string) => new PersistoClient({ apiKey, baseUrl: url });

  describeMemory(name, async () => {
    const server = await start();
    return { memory: open(server, server.key), dimensions: 256, close: () => server.stop() };
  });

  describeProjectIsolation(`two API keys, ${name}`, async () => {
    const server = await start();
    const other = await server.persisto.access.createKey({ projectId: "other", name: "test" });
    return { a: open(server, server.key), b: open(server, other.key), close: () => server.stop() };
  });
}

async function startOnNative(): Promise<TestServer> {
  const database = await createTestDatabase();
  const server = await startTestServer({}, { databaseUrl: database.url });
  return {
    ...server,
    async stop() {
      await server.stop();
      await database.drop();
    },
  };
}
