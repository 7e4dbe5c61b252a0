import { notesOf } from "../request-notes.js";
import type { RequestStep } from "../request-step.js";
import type { Metrics } from "./metrics.js";

/** Measures every request from its head to the end of its answer. */
export function measureRequests(metrics: Metrics): RequestStep {
  return (request, response, next) => {
    const startedAt = performance.now();
    metrics.requestStarted();
    response.once("close", () => {
      const { route, code } = notesOf(response);
      metrics.requestEnded({
        route,
        method: request.method ?? "",
        status: response.statusCode,
        isAborted: !response.writableFinished,
        code,
        seconds: (performance.now() - startedAt) / 1_000,
      });
    });
    next();
  };
}
