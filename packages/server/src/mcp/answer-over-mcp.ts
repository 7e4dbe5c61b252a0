import type { Request as ExpressRequest, Response as ExpressResponse } from "express";
import { limits, PersistoValidationError, type Memory, type Principal, type routes } from "@persisto/contract";
import { countWork } from "../metrics/count-work.js";
import type { Metrics } from "../metrics/metrics.js";
import { parseQueryParameters } from "../query-parameters.js";
import { readJsonBody } from "../read-json-body.js";
import type { Tracing } from "../tracing/tracing.js";
import { rightsOf } from "./rights-of.js";

/** As of a route that takes one memory: a call of a tool is not larger. */
const maxBodyBytes = 2 * 1024 * 1024;

/** A request, and what it may reach. */
export interface McpExchange {
  readonly request: ExpressRequest<object>;
  readonly response: ExpressResponse;
  readonly memory: Memory;
  readonly principal: Principal;
}

/** Who is told what goes on. */
interface Observers {
  readonly metrics?: Metrics | undefined;
  readonly tracing?: Tracing | undefined;
}

/** Answers one request of the protocol. @throws PersistoError before anything has been sent. */
export async function answerOverMcp(exchange: McpExchange, observers: Observers): Promise<void> {
  const { request, response, memory, principal } = exchange;
  const rights = rightsOf(principal);
  const namespace = namespaceFrom(request.url) ?? rights.namespace;
  const body = await readJsonBody(request, maxBodyBytes);
  // Few servers are asked over MCP, and its code takes a while to load.
  const { answerMcpRequest } = await import("@persisto/mcp");
  const answer = await answerMcpRequest(toWebRequest(request), {
    memory,
    tools: rights.tools,
    ...(namespace !== undefined && { namespace }),
    around: async (verb, act) => {
      const result = await (observers.tracing ? observers.tracing.traceVerb(verb, act) : act());
      if (observers.metrics) count(observers.metrics, verb, response);
      return result;
    },
    body,
  });
  await send(response, answer);
}

function count(metrics: Metrics, verb: keyof typeof routes, response: ExpressResponse): void {
  countWork(metrics, verb, { answer: {}, response });
}

/** A namespace fixed by the address that a client is configured with: the model cannot leave it. */
function namespaceFrom(url: string): string | undefined {
  const start = url.indexOf("?");
  if (start === -1) return undefined;
  const { namespace } = parseQueryParameters(url.slice(start + 1), { namespace: "text" });
  if (namespace === undefined) return undefined;
  if (typeof namespace !== "string" || namespace === "" || Buffer.byteLength(namespace) > limits.namespaceBytes) {
    throw new PersistoValidationError([
      { field: "namespace", message: `must be a text of 1 to ${limits.namespaceBytes} bytes` },
    ]);
  }
  return namespace;
}

/** As the SDK takes it; the credential stays here. */
function toWebRequest({ method, headers }: ExpressRequest<object>): Request {
  const passedOn = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (/^(accept|content-type|mcp-.*|last-event-id)$/.test(name) && value !== undefined)
      passedOn.set(name, String(value));
  }
  return new Request("http://persisto/mcp", { method, headers: passedOn });
}

/** As a whole: every answer is one message, and as long as it takes to make nobody has anything to read. */
async function send(response: ExpressResponse, answer: Response): Promise<void> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  response.status(answer.status);
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.end(bytes);
}
