import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server got it. */
export interface SeenRequest {
  path: string | undefined;
  authorization: string | undefined;
  body: { model: string; input: string[]; encoding_format?: string; dimensions?: number };
}

/** What goes wrong with one request; "ok" answers it. */
export type Fault = "ok" | "hang" | "hang-in-body" | "reset" | "reset-in-body" | "broken-json" | Answer | ChangeItems;

/** An answer in place of the embeddings. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Changes the embeddings of a good answer. */
export type ChangeItems = (items: EmbeddingItem[]) => unknown[];

/** One embedding on the wire. */
export interface EmbeddingItem {
  object: "embedding";
  index: number;
  embedding: unknown;
}

/** A server on loopback that speaks `/v1/embeddings`. */
export interface FakeEmbeddingServer {
  baseUrl: string;
  host: string;
  requests: SeenRequest[];
  /** Faults of the next requests, in order; after the last the server answers well. */
  plan: Fault[];
  /** Connections that ended before their answer. */
  cancelled: number;
  close(): Promise<void>;
}

/** The vector the server gives for a text: different for different first letters and lengths. */
export function fakeVector(text: string): number[] {
  return [text.codePointAt(0) ?? 0, text.length, 1];
}

/** Starts the server on a free port. */
export async function startFakeEmbeddingServer(): Promise<FakeEmbeddingServer> {
  const requests: SeenRequest[] = [];
  const plan: Fault[] = [];
  const fake = { requests, plan, cancelled: 0 };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on("close", () => {
      if (!response.writableFinished) fake.cancelled++;
    });
    const body = await readBody(request);
    requests.push({ path: request.url, authorization: request.headers.authorization, body });
    answer(response, body.input, plan.shift() ?? "ok");
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    host: `127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function readBody(request: IncomingMessage): Promise<SeenRequest["body"]> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString()) as SeenRequest["body"];
}

function answer(response: ServerResponse, texts: string[], fault: Fault): void {
  const items = texts.map((text, index): EmbeddingItem => ({
    object: "embedding",
    index,
    embedding: fakeVector(text),
  }));
  const good = (data: unknown[]): string => JSON.stringify({ object: "list", data, model: "fake" });
  const json = { "content-type": "application/json" };
  if (fault === "hang") return;
  if (fault === "reset") response.destroy();
  else if (fault === "hang-in-body" || fault === "reset-in-body") {
    const text = good(items);
    response.writeHead(200, { ...json, "content-length": text.length });
    response.write(text.slice(0, 20), () => {
      if (fault === "reset-in-body") response.destroy();
    });
  } else if (fault === "broken-json") response.writeHead(200, json).end(good(items).slice(0, -10));
  else if (typeof fault === "function") response.writeHead(200, json).end(good(fault(items)));
  else if (fault === "ok") response.writeHead(200, json).end(good(items));
  else response.writeHead(fault.status, { ...json, ...fault.headers }).end(JSON.stringify(fault.body ?? {}));
}
