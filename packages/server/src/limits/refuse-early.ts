import type { NextFunction, Request, Response } from "express";
import { toProblem, type PersistoError } from "@persisto/contract";
import { keepOpenForSender } from "../keep-open-for-sender.js";
import { notesOf } from "../request-notes.js";
import type { Admission } from "./admission.js";

/** Health and documentation are not counted, whatever they carry. */
const uncounted = /^\/(v1\/)?(healthz|livez|readyz|docs|openapi\.json)(\/|$)/;

/**
 * Refuses what there is no room for before it is routed, authenticated or read: the cheaper a refusal, the more is left for
 * what is let in.
 */
export function refuseEarly(admission: Admission) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const refusal = admission.refuseEarly(request);
    if (refusal === null || uncounted.test(request.path)) {
      next();
      return;
    }
    const notes = notesOf(response);
    notes.code = refusal.error.code;
    if (refusal.holder) notes.principal = refusal.holder.principal;
    keepOpenForSender(request, response);
    answer(response, refusal.error);
  };
}

/** The same answer as `sendProblem`'s, past what Express does to find out how to send it. */
function answer(response: Response, error: PersistoError): void {
  const body = JSON.stringify(toProblem(error, String(response.getHeader("X-Request-Id"))));
  response.writeHead(error.status, {
    "Content-Type": "application/problem+json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    "Retry-After": String(error.details.retryAfterSeconds ?? 1),
  });
  response.end(body);
}
