import express, { type Request, type Response, type Router } from "express";
import type { RequestContext } from "../authenticator.js";
import type { Admission } from "../limits/admission.js";
import type { Metrics } from "../metrics/metrics.js";
import { setRouteTemplate } from "../request-log.js";
import { sendJson } from "../send-json.js";
import type { Tracing } from "../tracing/tracing.js";
import { answerOverMcp, type McpExchange } from "./answer-over-mcp.js";
import { checkOrigin } from "./check-origin.js";
import { mcpPath } from "./mcp-path.js";

/** What the route shares with the others. */
export interface McpRouterOptions {
  readonly admission: Admission;
  contextOf(request: Request<object>, response: Response): RequestContext;
  readonly metrics?: Metrics | undefined;
  readonly tracing?: Tracing | undefined;
}

/** GET and DELETE are for sessions, of which there are none: the protocol wants 405 then, in its own form. */
const noSessions = {
  jsonrpc: "2.0",
  error: { code: -32_000, message: "There are no sessions here; send every message with POST." },
  id: null,
};

/** MCP's Streamable HTTP transport, without sessions: every message comes with POST. */
export function mcpRouter({ admission, contextOf, metrics, tracing }: McpRouterOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const guarded =
    (answer: (exchange: McpExchange) => Promise<void>) =>
    async (request: Request<object>, response: Response): Promise<void> => {
      setRouteTemplate(response, mcpPath);
      checkOrigin(request.headers);
      const context = contextOf(request, response);
      await admission.admit({ request, response, context }, ({ memory, principal }) =>
        answer({ request, response, memory, principal }),
      );
    };
  const refuse = guarded(async ({ response }) => {
    response.status(405).set("Allow", "POST");
    sendJson(response, noSessions);
  });
  router.post(
    mcpPath,
    guarded((exchange) => answerOverMcp(exchange, { metrics, tracing })),
  );
  router.get(mcpPath, refuse);
  router.delete(mcpPath, refuse);
  return router;
}
