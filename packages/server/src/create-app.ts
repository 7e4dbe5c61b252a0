import type { IncomingMessage, ServerResponse } from "node:http";
import express, { type Express, type NextFunction, type Request, type Response, type Router } from "express";
import {
  administrationRoutes,
  PersistoAuthError,
  PersistoError,
  PersistoNotFoundError,
  routes,
} from "@persisto/contract";
import { administrationVerbs } from "./administration-verbs.js";
import { allowOrigins } from "./allow-origins.js";
import type { RequestContext } from "./authenticator.js";
import { documentationRouter } from "./documentation/documentation-router.js";
import { firstHeaders } from "./first-headers.js";
import { readIdempotencyKey } from "./idempotency-key.js";
import { keepOpenForSender } from "./keep-open-for-sender.js";
import { refuseEarly, type Listener } from "./limits/refuse-early.js";
import { createAdmission, type Admission, type AdmissionOptions } from "./limits/admission.js";
import { countWork } from "./metrics/count-work.js";
import { mcpRouter } from "./mcp/mcp-router.js";
import { measureRequests } from "./metrics/measure-requests.js";
import type { Metrics } from "./metrics/metrics.js";
import { sendMetrics } from "./metrics/send-metrics.js";
import { parseQueryParameters } from "./query-parameters.js";
import { readJsonBody } from "./read-json-body.js";
import { requestIdFrom } from "./request-id.js";
import type { RequestStep } from "./request-step.js";
import { logFailure, logRequests, setRouteTemplate, type RequestLogger } from "./request-log.js";
import { notesOf, takeNotes } from "./request-notes.js";
import { sendJson } from "./send-json.js";
import { sendProblem, toPersistoError } from "./send-problem.js";
import { traceIdOf } from "./trace-parent.js";
import type { Tracing } from "./tracing/tracing.js";
import { verbs, type Verb } from "./verbs.js";

/** What the server is put in front of. */
export interface AppOptions extends AdmissionOptions {
  /** Resolves while requests can be served; whatever it throws makes /readyz answer 503. */
  ready(): Promise<void>;
  /** Gets one line a request, and every error that is not the sender's. Default: none. */
  logger?: RequestLogger;
  /** Measures every request, and is told at /metrics to operators. Default: none. */
  metrics?: Metrics;
  /** Gets a span for every request and every verb. Default: none. */
  tracing?: Tracing;
  /** Origins whose pages may ask, such as `https://app.example.com`; `*` is every page. Default: none but the server's own. */
  corsOrigins?: readonly string[];
}

/** An Express setting: on while the server finishes what it has accepted and takes no more. */
export const draining = "draining";

/** Persisto over HTTP, as an Express app: memories under /v1 and without it, administration under /v1, health, and what documents it. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").disable("query parser");
  const admission = createAdmission(options);
  const { corsOrigins = [] } = options;
  beforeExpress(app, (handle) => {
    const refuseOrHandle = refuseEarly(admission, (request, response, next) => {
      setFirstHeaders(response);
      handle(request, response, next);
    });
    const begin = inTurn([
      note,
      ...(options.tracing ? [options.tracing.traceRequests] : []),
      ...(options.logger ? [logRequests(options.logger)] : []),
      ...(options.metrics ? [measureRequests(options.metrics)] : []),
      // Before anything is refused: a page could not read why.
      ...(corsOrigins.length > 0 ? [allowOrigins(corsOrigins)] : []),
    ]);
    return (request, response, next) => begin(request, response, () => refuseOrHandle(request, response, next));
  });
  // What is asked most comes first: each router before it costs a request some microseconds.
  for (const router of [memoryRouter(options, admission), healthRouter(options), documentationRouter()]) {
    app.use("/v1", router);
    app.use(router);
  }
  app.use("/v1", administrationRouter(options, admission));
  const { metrics, tracing } = options;
  app.use(mcpRouter({ admission, contextOf, metrics, tracing }));
  if (options.metrics) app.use(metricsRouter(options.metrics, admission));
  app.use((): never => {
    throw new PersistoNotFoundError("No such route.", { details: { resource: "route" } });
  });
  app.use(answerErrors(options));
  return app;
}

/** One step that is several, each inside the one before it. */
function inTurn(steps: readonly RequestStep[]): RequestStep {
  return steps.reduceRight<RequestStep>(
    (after, step) => (request, response, next) => step(request, response, () => after(request, response, next)),
    (_request, _response, next) => next(),
  );
}

/** Puts a listener around the one function that Express itself begins with: each layer of Express costs a request some microseconds. */
function beforeExpress(app: Express, around: (handle: Listener) => Listener): void {
  const { handle } = app as unknown as { handle: Listener };
  Object.assign(app, { handle: around(handle.bind(app)) });
}

function note({ headers }: IncomingMessage, response: ServerResponse, next: () => void): void {
  const traceId = traceIdOf(headers["traceparent"]);
  takeNotes(response, { requestId: requestIdFrom(headers), ...(traceId !== undefined && { traceId }) });
  next();
}

function setFirstHeaders(response: ServerResponse): void {
  const headers = firstHeaders(notesOf(response).requestId);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function healthRouter({ ready, logger }: AppOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get(["/healthz", "/livez"], (request, response) => {
    setRouteTemplate(response, request.path);
    sendJson(response, { status: "ok" });
  });
  router.get("/readyz", async (request, response) => {
    setRouteTemplate(response, request.path);
    try {
      if (request.app.disabled(draining)) await ready();
    } catch (error) {
      if (logger) logFailure(logger, response, error);
      throw new PersistoError("unavailable", "Persisto is not ready.");
    }
    // Under load it takes a while to find out, and meanwhile the answer may have changed.
    if (request.app.enabled(draining)) throw new PersistoError("unavailable", "Persisto is shutting down.");
    sendJson(response, { status: "ok" });
  });
  return router;
}

/** `/metrics` on the port that everybody reaches: only for operators. */
function metricsRouter(metrics: Metrics, admission: Admission): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get("/metrics", async (request, response) => {
    setRouteTemplate(response, "/metrics");
    const context = contextOf(request, response);
    await admission.admit({ request, response, context }, async ({ principal }) => {
      if (principal.actor.kind !== "operator") {
        throw new PersistoAuthError("Metrics are for operators; see server.metricsPort for a port without keys.", {
          code: "forbidden",
        });
      }
      await sendMetrics(response, metrics);
    });
  });
  return router;
}

function memoryRouter({ metrics, tracing }: AppOptions, admission: Admission): Router {
  // Case-sensitive, or the memory with the id "LIST" would be the list of all.
  const router = express.Router({ caseSensitive: true, strict: true });
  for (const name of Object.keys(routes) as (keyof typeof routes)[]) {
    const { method, path } = routes[name];
    const verb = verbs[name];
    router[toExpressMethod(method)](path, async (request: Request<{ id?: string }>, response: Response) => {
      setRouteTemplate(response, path);
      const context = contextOf(request, response);
      const answer = await admission.admit({ request, response, context }, async ({ memory }) => {
        const { parameters, body } = await readInput(request, verb);
        const act = () => verb.answer(memory, { id: request.params.id ?? "", parameters, body });
        return tracing ? tracing.traceVerb(name, act) : act();
      });
      if (metrics) countWork(metrics, name, { answer, response });
      sendJson(response, answer);
    });
  }
  return router;
}

function administrationRouter({ tracing }: AppOptions, admission: Admission): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  for (const name of Object.keys(administrationRoutes) as (keyof typeof administrationRoutes)[]) {
    const { method, path } = administrationRoutes[name];
    const verb = administrationVerbs[name];
    router[toExpressMethod(method)](path, async (request: Request<Record<string, string>>, response: Response) => {
      setRouteTemplate(response, path);
      const context = contextOf(request, response);
      const answer = await admission.admit({ request, response, context }, async ({ administration }) => {
        const { parameters, body } = await readInput(request, verb);
        const act = () => verb.answer(administration, { path: { ...request.params }, parameters, body });
        return tracing ? tracing.traceVerb(name, act) : act();
      });
      sendJson(response, answer);
    });
  }
  return router;
}

/** What a verb takes besides the path. */
async function readInput(request: Request, { parameters, maxBodyBytes }: Pick<Verb, "parameters" | "maxBodyBytes">) {
  return {
    parameters: parseQueryParameters(queryString(request), parameters ?? {}),
    body: maxBodyBytes === undefined ? {} : await readJsonBody(request, maxBodyBytes),
  };
}

function contextOf({ headers }: Request<object>, response: Response): RequestContext {
  return {
    requestId: notesOf(response).requestId,
    idempotencyKey: readIdempotencyKey(headers),
    onReplay: () => response.setHeader("Idempotent-Replayed", "true"),
  };
}

function toExpressMethod(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
  return method.toLowerCase() as Lowercase<typeof method>;
}

function queryString({ url }: Request): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start + 1);
}

function answerErrors({ logger }: AppOptions) {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, request: Request, response: Response, next: NextFunction): void => {
    const error = toPersistoError(thrown);
    const notes = notesOf(response);
    notes.code = error.code;
    if (logger && error.status >= 500) logFailure(logger, response, thrown);
    if (response.headersSent) {
      next(thrown);
      return;
    }
    keepOpenForSender(request, response);
    sendProblem(response, error, notes.requestId);
  };
}
