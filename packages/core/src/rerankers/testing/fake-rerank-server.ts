import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server got it. */
export interface SeenRequest {
  path: string | undefined;
  authorization: string | undefined;
  body: { model?: string; query: string; documents?: string[]; texts?: string[]; truncate?: boolean };
}

/** What goes wrong with one request, or an answer in place of the scores. */
export type Fault = "hang" | "reset" | { status: number; headers?: Record<string, string>; body?: unknown };

/** A server on loopback that speaks both dialects of `/rerank`, by the fields of the request. */
export interface FakeRerankServer {
  baseUrl: string;
  host: string;
  requests: SeenRequest[];
  /** Faults of the next requests, in order; after the last the server answers well. */
  plan: Fault[];
  close(): Promise<void>;
}

/** The score the server gives: the share of the query's words that the passage has. */
export function fakeScore(query: string, passage: string): number {
  const words = new Set(passage.toLowerCase().match(/\p{L}+/gu));
  const asked = query.toLowerCase().match(/\p{L}+/gu) ?? [];
  return asked.filter((word) => words.has(word)).length / Math.max(1, asked.length);
}

/** Starts the server on a free port. */
export async function startFakeRerankServer(): Promise<FakeRerankServer> {
  const requests: SeenRequest[] = [];
  const plan: Fault[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    requests.push({ path: request.url, authorization: request.headers.authorization, body });
    answer(response, body, plan.shift());
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v2`,
    host: `127.0.0.1:${port}`,
    requests,
    plan,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<SeenRequest["body"]> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString()) as SeenRequest["body"];
}

function answer(response: ServerResponse, { query, documents, texts }: SeenRequest["body"], fault?: Fault): void {
  if (fault === "hang") return;
  if (fault === "reset") {
    response.destroy();
    return;
  }
  const byScore = (documents ?? texts ?? [])
    .map((passage, index) => ({ index, score: fakeScore(query, passage) }))
    .toSorted((left, right) => right.score - left.score);
  const good = texts ? byScore : { results: byScore.map(({ index, score }) => ({ index, relevance_score: score })) };
  const headers = { "content-type": "application/json", ...fault?.headers };
  response.writeHead(fault?.status ?? 200, headers).end(JSON.stringify(fault ? (fault.body ?? {}) : good));
}
