import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorCodes, type ErrorCode } from "@persisto/contract";

/** A request as the stub got it. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server on a free loopback port that answers as a test tells it to. */
export interface StubServer {
  url: string;
  seen: SeenRequest[];
  /** Answers the next requests, one each; the last one also answers all that follow. */
  answerWith(...answers: ((response: ServerResponse) => void)[]): void;
  stop(): Promise<void>;
}

export async function startStubServer(): Promise<StubServer> {
  let answers: ((response: ServerResponse) => void)[] = [];
  const seen: SeenRequest[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "", headers } = request;
    seen.push({ method, path: url, headers, body: await readBody(request) });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answerWith(...next) {
      answers = next;
      seen.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(body: object, status = 200, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

export function problem(code: ErrorCode, more: object = {}, headers: Record<string, string> = {}) {
  const { status, title } = errorCodes[code];
  const body = { type: `urn:persisto:error:${code}`, title, status, code, detail: `It is ${code}.`, request_id: "r-1" };
  return json({ ...body, ...more }, status, headers);
}

export function page(status: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { "Content-Type": "text/html", ...headers }).end("<h1>A proxy's page</h1>");
  };
}

/** Ends the connection without an answer. */
export function hangUp(response: ServerResponse): void {
  response.destroy();
}

/** Never answers. */
export function silence(): void {}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
