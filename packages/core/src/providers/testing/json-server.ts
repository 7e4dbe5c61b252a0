import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server got it. */
export interface SeenRequest<Body> {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Body;
}

/** A server on loopback that stands for a provider's. */
export interface JsonServer {
  /** `127.0.0.1` and a free port. */
  readonly host: string;
  close(): Promise<void>;
}

/** Starts a server that hands each request, its body parsed, to whoever answers. */
export async function startJsonServer<Body>(
  answer: (request: SeenRequest<Body>, response: ServerResponse) => void,
): Promise<JsonServer> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString()) as Body;
    answer({ path: request.url, authorization: request.headers.authorization, body }, response);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
