import { Agent, request, type IncomingHttpHeaders } from "node:http";
import { createPersisto, type Persisto, type PersistoOptions } from "@persisto/core";
import { afterAll } from "vitest";
import { createAuthenticator } from "../src/authenticator.js";
import { createApp, type AppOptions } from "../src/create-app.js";
import { startServer } from "../src/start-server.js";

/** An answer as it came, with its body parsed when it is JSON. */
export interface TestAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: unknown;
}

export interface TestRequest {
  /** An object is sent as JSON; text and bytes as they are. */
  body?: object | string | Buffer;
  headers?: Record<string, string>;
  /** Default: the key of the default project; null for no Authorization header. */
  key?: string | null;
}

/** A real server on a free loopback port, in front of a real engine. */
export interface TestServer {
  url: string;
  /** Opens the default project. */
  key: string;
  persisto: Persisto;
  /** Sends the path exactly as written: no client library tidies it up. */
  send(method: string, path: string, options?: TestRequest): Promise<TestAnswer>;
  stop(): Promise<void>;
}

/** A server for all tests of the file that awaits this at its top. */
export async function useTestServer(): Promise<TestServer> {
  const server = await startTestServer();
  afterAll(() => server.stop());
  return server;
}

/** Without options of its own the engine keeps its data in memory. */
export async function startTestServer(
  overrides: Partial<AppOptions> = {},
  engine: PersistoOptions = {},
): Promise<TestServer> {
  const persisto = await createPersisto(engine);
  const server = await serve(persisto, overrides);
  return {
    ...server,
    async stop() {
      await server.stop();
      await persisto.close();
    },
  };
}

/** A server in front of an engine that is open, and stays so when the server stops; with a key of its own. */
export async function serve(persisto: Persisto, overrides: Partial<AppOptions> = {}): Promise<TestServer> {
  const { key } = await persisto.access.createKey({ projectId: "default", name: "test" });
  const app = createApp({
    authenticate: createAuthenticator(persisto.access),
    ready: () => persisto.ready(),
    sharedBuckets: persisto.sharedBuckets,
    // How busy the machine of a test is shall not decide about what it sends at once.
    maxLoopLateMs: Infinity,
    ...overrides,
  });
  const server = await startServer(app, { host: "127.0.0.1", port: 0, graceMs: 5_000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return {
    url: server.url,
    key,
    persisto,
    send: (method, path, options = {}) => sendTo(server.url, agent, method, path, { key, ...options }),
    async stop() {
      await server.stop();
      agent.destroy();
    },
  };
}

function sendTo(
  url: string,
  agent: Agent,
  method: string,
  path: string,
  { body, headers = {}, key }: TestRequest,
): Promise<TestAnswer> {
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  const bytes = body === undefined || isText ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        agent,
        method,
        path,
        headers: {
          ...(key !== null && { Authorization: `Bearer ${key}` }),
          ...(bytes !== undefined && {
            "Content-Type": "application/json",
            "Content-Length": String(Buffer.byteLength(bytes)),
          }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.once("error", reject);
        incoming.once("end", () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = /json/.test(incoming.headers["content-type"] ?? "");
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            body: isJson ? (JSON.parse(text) as unknown) : undefined,
          });
        });
      },
    );
    outgoing.once("error", reject);
    outgoing.end(bytes);
  });
}
