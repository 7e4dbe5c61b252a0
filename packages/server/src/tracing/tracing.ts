import type { RequestStep } from "../request-step.js";

/** Where spans go. */
export interface Tracing {
  /** Opens a span for every request, which continues the sender's trace. */
  readonly traceRequests: RequestStep;
  /** Runs one verb of the engine inside a span of its own. */
  traceVerb<Result>(verb: string, action: () => Promise<Result>): Promise<Result>;
}
