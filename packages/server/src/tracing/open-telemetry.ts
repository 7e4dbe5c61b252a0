import type * as OpenTelemetry from "@opentelemetry/api";
import type { Span } from "@opentelemetry/api";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isPersistoError, PersistoError } from "@persisto/contract";
import { notesOf } from "../request-notes.js";
import type { Tracing } from "./tracing.js";

/**
 * Spans by OpenTelemetry's API, for whatever SDK the process has registered (`node --import`); without one they are
 * dropped. They hold what the log holds, no texts and no messages of errors.
 * @throws PersistoError invalid_input when `@opentelemetry/api` is not installed.
 */
export async function openTelemetry({ version }: { version: string }): Promise<Tracing> {
  const api = await load();
  const tracer = api.trace.getTracer("persisto", version);
  return {
    traceRequests(request, response, next) {
      const active = api.context.active();
      // Already inside a span when the user's SDK instruments node:http itself.
      const parent = api.trace.getSpan(active);
      const span = tracer.startSpan(
        request.method ?? "",
        {
          kind: parent ? api.SpanKind.INTERNAL : api.SpanKind.SERVER,
          attributes: { "http.request.method": request.method ?? "" },
        },
        parent ? active : api.propagation.extract(active, request.headers),
      );
      const context = span.spanContext();
      if (api.isSpanContextValid(context)) notesOf(response).traceId = context.traceId;
      response.once("close", () => endRequest(api, span, { request, response }));
      api.context.with(api.trace.setSpan(active, span), next);
    },
    traceVerb: (verb, action) =>
      tracer.startActiveSpan(`persisto.${verb}`, async (span) => {
        try {
          return await action();
        } catch (error) {
          const code = isPersistoError(error) ? error.code : "internal";
          span.setAttribute("error.type", code).setStatus({ code: api.SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}

function endRequest(
  api: typeof OpenTelemetry,
  span: Span,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): void {
  const { requestId, route, code, principal } = notesOf(response);
  if (route !== undefined) span.updateName(`${request.method} ${route}`).setAttribute("http.route", route);
  span.setAttribute("http.response.status_code", response.statusCode);
  span.setAttribute("persisto.request_id", requestId);
  if (principal && principal.projectId !== null) span.setAttribute("persisto.project_id", principal.projectId);
  if (code !== undefined) span.setAttribute("error.type", code);
  // What the sender did wrong is no error of a server's span.
  if (response.statusCode >= 500 || !response.writableFinished) span.setStatus({ code: api.SpanStatusCode.ERROR });
  span.end();
}

async function load(): Promise<typeof OpenTelemetry> {
  try {
    return await import("@opentelemetry/api");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw cause;
    const remedy = "OpenTelemetry is asked for, but its API is not installed; run: npm install @opentelemetry/api";
    throw new PersistoError("invalid_input", remedy, { cause });
  }
}
