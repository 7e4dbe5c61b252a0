import type { ServerResponse } from "node:http";
import { startJsonServer, type JsonServer, type SeenRequest } from "../../providers/testing/json-server.js";

/** What is asked for. */
interface EmbeddingBody {
  model: string;
  input: string[];
  encoding_format?: string;
  dimensions?: number;
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
export interface FakeEmbeddingServer extends JsonServer {
  baseUrl: string;
  requests: SeenRequest<EmbeddingBody>[];
  /** Faults of the next requests, in order; after the last the server answers well. */
  plan: Fault[];
  /** Connections that ended before their answer. */
  cancelled: number;
}

/** The vector the server gives for a text: different for different first letters and lengths. */
export function fakeVector(text: string): number[] {
  return [text.codePointAt(0) ?? 0, text.length, 1];
}

/** How the server behaves. */
export interface FakeEmbeddingOptions {
  /** The vector of a text. Default `fakeVector`. */
  vectorOf?: (text: string) => number[];
  /** The fault of a request after those in the plan. Default: none. */
  nextFault?: () => Fault;
}

/** Starts the server on a free port. */
export async function startFakeEmbeddingServer({
  vectorOf = fakeVector,
  nextFault = () => "ok",
}: FakeEmbeddingOptions = {}): Promise<FakeEmbeddingServer> {
  const requests: SeenRequest<EmbeddingBody>[] = [];
  const plan: Fault[] = [];
  const fake = { requests, plan, cancelled: 0 };
  const toItem = (text: string, index: number): EmbeddingItem => ({
    object: "embedding",
    index,
    embedding: vectorOf(text),
  });
  const server = await startJsonServer<EmbeddingBody>((request, response) => {
    response.on("close", () => {
      if (!response.writableFinished) fake.cancelled++;
    });
    requests.push(request);
    answer(response, request.body.input.map(toItem), plan.shift() ?? nextFault());
  });
  return Object.assign(fake, { ...server, baseUrl: `http://${server.host}/v1` });
}

function answer(response: ServerResponse, items: EmbeddingItem[], fault: Fault): void {
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
