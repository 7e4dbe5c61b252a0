import type { NextFunction, Request, Response } from "express";
import type { Logger } from "pino";
import { describeError } from "./describe-error.js";

/** What the server needs of a pino logger. */
export type RequestLogger = Pick<Logger, "info" | "error">;

/** Notes the route template of a request for its log line: the path itself may hold a user's id. */
export function setRouteTemplate(response: Response, template: string): void {
  response.locals["route"] = template;
}

/** Writes one line a request. Only what is named here gets into it: no headers, bodies, ids or texts. */
export function logRequests(logger: RequestLogger) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    response.once("close", () => {
      logger.info(
        {
          requestId: requestIdOf(response),
          method: request.method,
          route: response.locals["route"] ?? "unknown",
          status: response.statusCode,
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
export function logFailure(logger: RequestLogger, response: Response, error: unknown): void {
  logger.error({ requestId: requestIdOf(response), error: describeError(error) }, "request failed");
}

function requestIdOf(response: Response): string {
  return String(response.getHeader("X-Request-Id"));
}
