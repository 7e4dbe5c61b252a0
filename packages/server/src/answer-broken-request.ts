import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { PersistoError, toProblem } from "@persisto/contract";

/** Answers bytes that are not HTTP, or come too slowly: the one case that never reaches the app. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const problem = toProblem(toPersistoError(error.code), randomUUID());
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      "Content-Type: application/problem+json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${problem.request_id}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}

function toPersistoError(code: string | undefined): PersistoError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new PersistoError("too_large", "The headers are larger than 64 KiB.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new PersistoError("invalid_input", "The request took too long to arrive.");
    default:
      return new PersistoError("invalid_input", "The request is not valid HTTP.");
  }
}
