import { PersistoClient } from "@persisto/client";
import type { Memory } from "@persisto/contract";
import { createPersisto } from "@persisto/core";
import { createApp, createAuthenticator, startServer } from "@persisto/server";
import { afterAll, describe } from "vitest";

let opened: ReturnType<typeof open> | undefined;
let count = 0;

/** An engine in memory, and a real server in front of it. */
async function open() {
  const engine = await createPersisto();
  const { key } = await engine.access.createKey({ projectId: "default", name: "test" });
  const app = createApp({
    authenticate: createAuthenticator(engine.access),
    ready: () => engine.ready(),
    sharedBuckets: engine.sharedBuckets,
  });
  const server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 5_000 });
  const client = new PersistoClient({ apiKey: key, baseUrl: server.url });
  return { engine, client, stop: () => server.stop().then(() => engine.close()) };
}

/** Runs a suite on the embedded engine, and once more through the client. */
export async function describeOnEveryMemory(name: string, suite: (memory: Memory) => void): Promise<void> {
  // Shared by all suites of a process: a PGlite takes its time and memory.
  if (opened === undefined) {
    opened = open();
    afterAll(async () => (await opened)?.stop());
  }
  const { engine, client } = await opened;
  describe.each([
    { where: "the embedded engine", memory: engine as Memory },
    { where: "PersistoClient and a server", memory: client as Memory },
  ])(`${name}, with $where`, ({ memory }) => suite(memory));
}

/** A namespace that no other test has. */
export function freshNamespace(): string {
  return `test:${process.pid}:${++count}`;
}
