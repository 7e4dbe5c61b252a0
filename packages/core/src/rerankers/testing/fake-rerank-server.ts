import type { ServerResponse } from "node:http";
import { startJsonServer, type JsonServer, type SeenRequest } from "../../providers/testing/json-server.js";

/** A request in either dialect. */
interface RerankBody {
  model?: string;
  query: string;
  documents?: string[];
  texts?: string[];
  truncate?: boolean;
}

/** What goes wrong with one request, or an answer in place of the scores. */
export type Fault = "hang" | "reset" | { status: number; headers?: Record<string, string>; body?: unknown };

/** A server on loopback that speaks both dialects of `/rerank`, by the fields of the request. */
export interface FakeRerankServer extends JsonServer {
  baseUrl: string;
  requests: SeenRequest<RerankBody>[];
  /** Faults of the next requests, in order; after the last the server answers well. */
  plan: Fault[];
}

/** The score the server gives: the share of the query's words that the passage has. */
export function fakeScore(query: string, passage: string): number {
  const words = new Set(passage.toLowerCase().match(/\p{L}+/gu));
  const asked = query.toLowerCase().match(/\p{L}+/gu) ?? [];
  return asked.filter((word) => words.has(word)).length / Math.max(1, asked.length);
}

/** Starts the server on a free port. */
export async function startFakeRerankServer(): Promise<FakeRerankServer> {
  const requests: SeenRequest<RerankBody>[] = [];
  const plan: Fault[] = [];
  const server = await startJsonServer<RerankBody>((request, response) => {
    requests.push(request);
    answer(response, request.body, plan.shift());
  });
  return { ...server, baseUrl: `http://${server.host}/v2`, requests, plan };
}

function answer(response: ServerResponse, { query, documents, texts }: RerankBody, fault?: Fault): void {
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
