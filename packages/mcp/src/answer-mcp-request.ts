import { createMcpHandler } from "@modelcontextprotocol/server";
import { createPersistoMcpServer, type PersistoMcpOptions } from "./create-persisto-mcp-server.js";

/** Whose memories a request may reach, and what came with it. */
export interface McpHttpOptions extends PersistoMcpOptions {
  /** The body of the request, parsed. */
  body: unknown;
}

/**
 * Answers one request of the Streamable HTTP transport, without sessions: each stands for itself, so that any server of several may
 * answer it. Who may ask, and from where, is for the caller to check before. @throws PersistoValidationError naming the option that is wrong.
 */
export async function answerMcpRequest(request: Request, { body, ...options }: McpHttpOptions): Promise<Response> {
  // Nothing here changes by itself, so nobody needs to listen; a stream that never ends would hold a place among the requests.
  const handler = createMcpHandler(() => createPersistoMcpServer(options), { maxSubscriptions: 0 });
  return handler.fetch(request, { parsedBody: body });
}
