import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPersisto, type Memory } from "@persisto/core";
import { createApp, createAuthenticator, createMetrics, type Authenticate } from "@persisto/server";
import express, { type Express } from "express";
import { pino } from "pino";

/** What answers: Express with its JSON parser, Persisto's app with every credential let in, and as it is run. */
export type NoOpKind = "express" | "unauthenticated" | "persisto";

// A server that does nothing but answer POST /memory/query, in a process of its own: prints its address and a key, ends with
// its standard input.
const kind = process.argv[2] as NoOpKind;
const answer = { results: [], dropped: 0 };
const persisto = await createPersisto();
const { key } = await persisto.access.createKey({ projectId: "default", name: "bench" });
const principal = await persisto.access.authenticate(key);

const noOp = { query: async () => answer } as unknown as Memory;
const access = {
  authenticate: (credential: string) => persisto.access.authenticate(credential),
  of: () => ({
    memory: noOp,
    get administration() {
      return persisto.access.of(principal).administration;
    },
  }),
};

function bareExpress(): Express {
  const app = express();
  app.use(express.json());
  app.post("/memory/query", (_request, response) => void response.json(answer));
  return app;
}

/** With everything that the server has by default: a log line a request, metrics, limits. */
function persistoApp(authenticate: Authenticate): Express {
  return createApp({
    authenticate,
    ready: () => persisto.ready(),
    logger: pino({ level: "info" }, pino.destination({ dest: "/dev/null", sync: false })),
    metrics: createMetrics({ version: "bench" }),
  });
}

async function appOf(): Promise<Express> {
  if (kind === "express") return bareExpress();
  const authenticate = createAuthenticator(access);
  if (kind === "persisto") return persistoApp(authenticate);
  const opened = await authenticate(key, { requestId: "" });
  return persistoApp(async () => opened);
}

const server = createServer(await appOf()).listen(0, "127.0.0.1");
await once(server, "listening");
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port} ${key}`);
await once(process.stdin.resume(), "close");
server.closeAllConnections();
server.close();
await persisto.close();
