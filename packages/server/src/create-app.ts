import { randomUUID } from "node:crypto";
import express, { type Express, type NextFunction, type Request, type Response, type Router } from "express";
import { PersistoError, PersistoNotFoundError, routes, type Memory } from "@persisto/contract";
import { bearerToken } from "./bearer-token.js";
import { keepOpenForSender } from "./keep-open-for-sender.js";
import { defaultMaxConcurrentRequests, limitConcurrency } from "./limit-concurrency.js";
import { parseQueryParameters } from "./query-parameters.js";
import { readJsonBody } from "./read-json-body.js";
import { logFailure, logRequests, setRouteTemplate, type RequestLogger } from "./request-log.js";
import { sendJson } from "./send-json.js";
import { sendProblem, toPersistoError } from "./send-problem.js";
import { verbs } from "./verbs.js";

/** What the server is put in front of. */
export interface AppOptions {
  /**
   * The Memory of an API key's project, the same object each time: requests are counted by it.
   * @throws PersistoAuthError unauthorized for a malformed key, forbidden for a wrong one.
   */
  authenticate(key: string): Promise<Memory>;
  /** Resolves while requests can be served; whatever it throws makes /readyz answer 503. */
  ready(): Promise<void>;
  /** Gets one line a request, and every error that is not the sender's. Default: none. */
  logger?: RequestLogger;
  /** Requests of one Memory under way; one more is refused with rate_limited. Default 256. */
  maxConcurrentRequests?: number;
}

/** An Express setting: on while the server finishes what it has accepted and takes no more. */
export const draining = "draining";

/** Persisto over HTTP, as an Express app: every route of the contract under /v1 and without it, and health. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").disable("query parser");
  app.use(prepare);
  if (options.logger) app.use(logRequests(options.logger));
  // What is asked most comes first: each router before it costs a request some microseconds.
  for (const router of [memoryRouter(options), healthRouter(options)]) {
    app.use("/v1", router);
    app.use(router);
  }
  app.use((): never => {
    throw new PersistoNotFoundError("No such route.", { details: { resource: "route" } });
  });
  app.use(answerErrors(options));
  return app;
}

function prepare(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader("X-Request-Id", randomUUID());
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("X-Content-Type-Options", "nosniff");
  next();
}

function healthRouter({ ready, logger }: AppOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get(["/healthz", "/livez"], (request, response) => {
    setRouteTemplate(response, request.path);
    sendJson(response, { status: "ok" });
  });
  router.get("/readyz", async (request, response) => {
    setRouteTemplate(response, request.path);
    if (request.app.enabled(draining)) throw new PersistoError("unavailable", "Persisto is shutting down.");
    try {
      await ready();
    } catch (error) {
      if (logger) logFailure(logger, response, error);
      throw new PersistoError("unavailable", "Persisto is not ready.");
    }
    sendJson(response, { status: "ok" });
  });
  return router;
}

function memoryRouter({ authenticate, maxConcurrentRequests = defaultMaxConcurrentRequests }: AppOptions): Router {
  // Case-sensitive, or the memory with the id "LIST" would be the list of all.
  const router = express.Router({ caseSensitive: true, strict: true });
  const limit = limitConcurrency(maxConcurrentRequests);
  for (const name of Object.keys(routes) as (keyof typeof routes)[]) {
    const { method, path } = routes[name];
    const verb = verbs[name];
    router[toExpressMethod(method)](path, async (request: Request<{ id?: string }>, response: Response) => {
      setRouteTemplate(response, path);
      const memory = await authenticate(bearerToken(request.headers.authorization));
      const answer = await limit(memory, async () => {
        const parameters = parseQueryParameters(queryString(request), verb.parameters ?? {});
        const body = verb.maxBodyBytes === undefined ? {} : await readJsonBody(request, verb.maxBodyBytes);
        return verb.answer(memory, { id: request.params.id ?? "", parameters, body });
      });
      sendJson(response, answer);
    });
  }
  return router;
}

function toExpressMethod(method: (typeof routes)[keyof typeof routes]["method"]) {
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
    if (logger && error.status >= 500) logFailure(logger, response, thrown);
    if (response.headersSent) {
      next(thrown);
      return;
    }
    keepOpenForSender(request, response);
    sendProblem(response, error, String(response.getHeader("X-Request-Id")));
  };
}
