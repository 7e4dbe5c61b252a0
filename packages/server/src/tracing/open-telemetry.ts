import {
  context,
  isSpanContextValid,
  propagation,
  ProxyTracerProvider,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from "@opentelemetry/api";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isPersistoError, PersistoError } from "@persisto/contract";
import { notesOf } from "../request-notes.js";
import type { Tracing } from "./tracing.js";

/**
 * Spans by OpenTelemetry's API, for the SDK that the process has registered (`node --import`). They hold what the log
 * holds, no texts and no messages of errors. The API is 1.9 because it finds what was registered by its own minor version
 * and by newer ones: with 1.10, the spans of every SDK that brings 1.9 along would be dropped without a word.
 * @throws PersistoError invalid_input when no SDK is registered that would get the spans.
 */
export function openTelemetry({ version }: { version: string }): Tracing {
  if (!isSdkRegistered()) {
    const remedy =
      "OpenTelemetry is asked for, but no SDK that takes spans is registered; have Node load one before Persisto, " +
      'for example with NODE_OPTIONS="--import @opentelemetry/auto-instrumentations-node/register".';
    throw new PersistoError("invalid_input", remedy);
  }
  const tracer = trace.getTracer("persisto", version);
  return {
    traceRequests(request, response, next) {
      const active = context.active();
      // Already inside a span when the user's SDK instruments node:http itself.
      const parent = trace.getSpan(active);
      const span = tracer.startSpan(
        request.method ?? "",
        {
          kind: parent ? SpanKind.INTERNAL : SpanKind.SERVER,
          attributes: { "http.request.method": request.method ?? "" },
        },
        parent ? active : propagation.extract(active, request.headers),
      );
      const spanContext = span.spanContext();
      if (isSpanContextValid(spanContext)) notesOf(response).traceId = spanContext.traceId;
      response.once("close", () => endRequest(span, { request, response }));
      context.with(trace.setSpan(active, span), next);
    },
    traceVerb: (verb, action) =>
      tracer.startActiveSpan(`persisto.${verb}`, async (span) => {
        try {
          return await action();
        } catch (error) {
          const code = isPersistoError(error) ? error.code : "internal";
          span.setAttribute("error.type", code).setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}

function endRequest(span: Span, { request, response }: { request: IncomingMessage; response: ServerResponse }): void {
  const { requestId, route, code, principal } = notesOf(response);
  if (route !== undefined) span.updateName(`${request.method} ${route}`).setAttribute("http.route", route);
  span.setAttribute("http.response.status_code", response.statusCode);
  span.setAttribute("persisto.request_id", requestId);
  if (principal && principal.projectId !== null) span.setAttribute("persisto.project_id", principal.projectId);
  if (code !== undefined) span.setAttribute("error.type", code);
  // What the sender did wrong is no error of a server's span.
  if (response.statusCode >= 500 || !response.writableFinished) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Another copy of the API registers a provider of its own class. */
function isSdkRegistered(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer("persisto") !== undefined;
}
