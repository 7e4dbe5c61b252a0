import { createServer, ServerResponse, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as immediate, setTimeout as delay } from "node:timers/promises";
import type { Express } from "express";
import { PersistoError } from "@persisto/contract";
import { answerBrokenRequest } from "./answer-broken-request.js";
import { draining } from "./create-app.js";

/** Where to listen, and how long to wait on the way out. */
export interface ServerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** How long `stop` waits for requests under way before it cuts their connections. */
  graceMs: number;
  /**
   * How long `stop` still takes requests: callers on kept-alive connections get to hear `Connection: close`, so that none sends
   * into a closed one, and whoever asks /readyz that it is to send no more. Default 250.
   */
  settleMs?: number;
  /** What to say when the address cannot be had. Default: the names of the main port's settings. */
  settingNames?: { host: string; port: string };
}

const mainSettingNames = { host: "--host or HOST", port: "--port or PORT" };

/** A server that listens. */
export interface RunningServer {
  /** Without a slash at the end, e.g. `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Answers what was accepted and takes no more. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

const defaultSettleMs = 250;

/** Listens. @throws PersistoError unavailable, with the remedy, when the address cannot be had. */
export async function startServer(app: Express, options: ServerOptions): Promise<RunningServer> {
  const server = createServer({
    headersTimeout: 15_000,
    // The largest body (16 MiB) at 0.5 Mbit/s takes 270 s.
    requestTimeout: 300_000,
    // Longer than the 60 s after which load balancers drop a connection, so that the server is never first.
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 5_000,
    // Filters travel in the query string of a list: four times Node's default.
    maxHeaderSize: 64 * 1024,
    // Nothing here goes by it, and Node would refuse without saying why.
    requireHostHeader: false,
  });
  const closeConnections = closeAfterAnswers(server);
  server.on("request", app);
  // Node would answer 417 with nothing in it; an expectation that nobody knows may be ignored as well.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("clientError", answerBrokenRequest);
  await listen(server, options);
  let stopped: Promise<void> | undefined;
  return {
    url: toUrl(options.host, (server.address() as AddressInfo).port),
    stop: () => {
      app.enable(draining);
      closeConnections();
      return (stopped ??= stop(server, options));
    },
  };
}

/**
 * From the call of the returned function on, every answer closes its connection: also those under way. They are asked when they begin to
 * answer, not kept in a set: V8 would keep all that ever were in one until its next whole collection of garbage.
 */
function closeAfterAnswers(server: Server): () => void {
  let isClosing = false;
  const { writeHead } = ServerResponse.prototype;
  function writeHeadAndClose(this: ServerResponse, ...head: Parameters<typeof writeHead>) {
    if (isClosing && !this.headersSent) this.setHeader("Connection", "close");
    return writeHead.apply(this, head);
  }
  server.on("request", (_request, response) => Object.assign(response, { writeHead: writeHeadAndClose }));
  return () => void (isClosing = true);
}

function listen(server: Server, { host, port, settingNames = mainSettingNames }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(cannotListen(cause, { host, port, settingNames })));
    server.listen(port, host, resolve);
  });
}

async function stop(server: Server, { graceMs, settleMs = defaultSettleMs }: ServerOptions): Promise<void> {
  await delay(settleMs);
  // Right after the event loop has accepted what was waiting: the kernel resets what still waits on closing.
  await immediate();
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(deadline);
}

type Address = Required<Omit<ServerOptions, "graceMs" | "settleMs">>;

function cannotListen(cause: NodeJS.ErrnoException, address: Address): PersistoError {
  const { host, port } = address;
  return new PersistoError("unavailable", `Cannot listen on ${host}:${port}: ${remedy(cause, address)}`, { cause });
}

function remedy({ code, message }: NodeJS.ErrnoException, { port, settingNames }: Address): string {
  switch (code) {
    case "EADDRINUSE":
      return `the port is taken. Stop what is using it, or choose another with ${settingNames.port}.`;
    case "EACCES":
      return `port ${port} needs more rights. Choose one above 1023 with ${settingNames.port}.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `this machine has no such address. Choose another with ${settingNames.host}; 127.0.0.1 always works.`;
    default:
      return message;
  }
}

function toUrl(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
