import type { IncomingMessage, ServerResponse } from "node:http";
import { toProblem, type PersistoError } from "@persisto/contract";
import { keepOpenForSender } from "../keep-open-for-sender.js";
import { firstHeaders } from "../first-headers.js";
import { notesOf } from "../request-notes.js";
import type { Admission } from "./admission.js";

/** Health and documentation are not counted, whatever they carry. */
const uncounted = /^\/(v1\/)?(healthz|livez|readyz|docs|openapi\.json)(\/|\?|$)/;

/** How long a body may take that comes with the head or right behind it. */
const patienceMs = 50;

/** What Express itself begins with; `next` is for what it is mounted in. */
export type Listener = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void;

/**
 * Refuses what there is no room for before Express sees it: that takes a quarter of the time, and the cheaper a refusal, the
 * more is left for what is let in.
 */
export function refuseEarly(admission: Admission, handle: Listener): Listener {
  return (request, response, next) => {
    const refusal = admission.refuseEarly(request);
    if (refusal === null || uncounted.test(request.url ?? "")) {
      handle(request, response, next);
      return;
    }
    const notes = notesOf(response);
    notes.code = refusal.error.code;
    if (refusal.holder) notes.principal = refusal.holder.principal;
    afterBody(request, response, () => answer(response, refusal.error));
  };
}

/**
 * Answers once the body is there: nothing is then on its way to a connection that is to be closed. Mostly it came with the head, and is there
 * once that has been looked through. One that lets itself be waited for is not waited for any longer.
 */
function afterBody(request: IncomingMessage, response: ServerResponse, send: () => void): void {
  setImmediate(() => {
    if (request.complete) send();
    else waitForBody(request, response, send);
  });
}

function waitForBody(request: IncomingMessage, response: ServerResponse, send: () => void): void {
  const late = setTimeout(() => {
    request.off("end", arrived);
    keepOpenForSender(request, response);
    send();
  }, patienceMs);
  const arrived = (): void => {
    clearTimeout(late);
    send();
  };
  request
    .once("end", arrived)
    .once("close", () => clearTimeout(late))
    .resume();
}

/** All headers at once: one by one they would take Node as long as the rest of a refusal. */
function answer(response: ServerResponse, error: PersistoError): void {
  const { requestId } = notesOf(response);
  const body = JSON.stringify(toProblem(error, requestId));
  response.writeHead(error.status, {
    ...firstHeaders(requestId),
    "Content-Type": "application/problem+json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    "Retry-After": String(error.details.retryAfterSeconds ?? 1),
  });
  response.end(body);
}
