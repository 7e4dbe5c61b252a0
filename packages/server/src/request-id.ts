import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { madePrefix } from "./authenticator.js";

/** UUIDs, ULIDs and what proxies make. It goes to logs and answers, so nothing in it may need escaping. */
const acceptable = /^[A-Za-z0-9_.-]{8,128}$/;

/**
 * The id a request came with, or a new one when that has another form. A credential that was sent as the id by mistake
 * has a form that would do; it is not taken over, because the id is logged.
 */
export function requestIdFrom(headers: IncomingHttpHeaders): string {
  const sent = headers["x-request-id"];
  if (typeof sent !== "string" || !acceptable.test(sent)) return randomUUID();
  const isCredential = sent.toLowerCase().includes(madePrefix) || headers.authorization?.includes(sent) === true;
  return isCredential ? randomUUID() : sent;
}
