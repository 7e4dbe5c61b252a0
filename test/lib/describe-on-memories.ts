import { PersistoClient } from "@persisto/client";
import { createPersisto, type Memory, type Persisto } from "@persisto/core";
import { createApp, createAuthenticator, startServer } from "@persisto/server";
import { afterAll, beforeAll, describe } from "vitest";

/** What a test gets: a memory, and a namespace that no other test has used. */
export interface Place {
  memory: Memory;
  namespace: string;
}

/** Runs tests twice: on the embedded engine, and over HTTP on a real server in front of it. */
export function describeOnMemories(name: string, tests: (place: () => Place) => void): void {
  describe(name, () => {
    let persisto: Persisto;
    let client: PersistoClient;
    let stop: () => Promise<void>;

    beforeAll(async () => {
      persisto = await createPersisto();
      const app = createApp({
        authenticate: createAuthenticator(persisto.access),
        ready: () => persisto.ready(),
        sharedBuckets: persisto.sharedBuckets,
      });
      const server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 5_000 });
      const { key } = await persisto.access.createKey({ projectId: "default", name: "test" });
      client = new PersistoClient({ apiKey: key, baseUrl: server.url });
      stop = () => server.stop();
    });

    afterAll(async () => {
      await stop?.();
      await persisto?.close();
    });

    const namespace = () => `test-${crypto.randomUUID()}`;
    describe("embedded", () => tests(() => ({ memory: persisto, namespace: namespace() })));
    describe("client -> server -> engine", () => tests(() => ({ memory: client, namespace: namespace() })));
  });
}

/** A memory that counts the calls of each verb on their way to another. */
export function counting(memory: Memory): { memory: Memory; calls: string[] } {
  const calls: string[] = [];
  const counted = new Proxy(memory, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...parameters: unknown[]): unknown => {
        calls.push(String(name));
        return value.apply(target, parameters);
      };
    },
  });
  return { memory: counted, calls };
}
