import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "pino";
import { describeError } from "./describe-error.js";
import { notesOf } from "./request-notes.js";
import type { RequestStep } from "./request-step.js";

/** What the server needs of a pino logger. */
export type RequestLogger = Pick<Logger, "info" | "error" | "isLevelEnabled">;

/** Notes the route template of a request: the path itself may hold a user's id. */
export function setRouteTemplate(response: ServerResponse, template: string): void {
  notesOf(response).route = template;
}

/** Writes one line a request. Only what is named here gets into it: no headers, bodies, ids of memories or texts. */
export function logRequests(logger: RequestLogger): RequestStep {
  return (request, response, next) => {
    if (!logger.isLevelEnabled("info")) {
      next();
      return;
    }
    const startedAt = performance.now();
    const { socket } = request;
    response.once("close", () => {
      const { requestId, route = "unknown", principal, code, traceId } = notesOf(response);
      logger.info(
        {
          requestId,
          ...(traceId !== undefined && { traceId }),
          method: request.method,
          route,
          status: response.statusCode,
          ...(code !== undefined && { code }),
          ...(principal && {
            ...(principal.projectId !== null && { projectId: principal.projectId }),
            actorKind: principal.actor.kind,
            actorId: principal.actor.id,
          }),
          ...bytesSinceLast(socket),
          ms: Math.round(performance.now() - startedAt),
          ...(!response.writableFinished && { aborted: true }),
        },
        "request",
      );
    });
    next();
  };
}

/** Writes what went wrong inside, which the answer keeps to itself. */
export function logFailure(logger: RequestLogger, response: ServerResponse, error: unknown): void {
  logger.error({ requestId: notesOf(response).requestId, error: describeError(error) }, "request failed");
}

const counted = Symbol("what Persisto's log has counted");

/** On the socket itself: a map of all connections would be gone through with every collection of garbage. */
interface CountedSocket extends Socket {
  [counted]?: { read: number; written: number };
}

/**
 * What has gone over a connection since its last request was logged, heads included. Bodies that nobody reads are
 * counted too, which a count in the readers of bodies would miss.
 */
function bytesSinceLast(socket: CountedSocket): { bytesIn: number; bytesOut: number } {
  const { bytesRead, bytesWritten, [counted]: before = { read: 0, written: 0 } } = socket;
  const { read, written } = before;
  socket[counted] = { read: bytesRead, written: bytesWritten };
  return { bytesIn: bytesRead - read, bytesOut: bytesWritten - written };
}
