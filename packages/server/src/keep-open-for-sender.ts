import type { IncomingMessage, ServerResponse } from "node:http";

/** How long a sender may go on after an answer it did not wait for. */
const lingerMs = 2_000;

/**
 * For an answer that is sent before the body has arrived: keeps the connection until it has, or for two
 * seconds, and forgets what still comes. Closed at once, with bytes on their way to it, the connection
 * would be reset and the answer lost.
 */
export function keepOpenForSender(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return;
  const closesAfterwards = !response.shouldKeepAlive || response.getHeader("Connection") === "close";
  response.setHeader("Connection", "keep-alive");
  response.once("finish", () => {
    const { socket } = request;
    const cut = setTimeout(() => socket.destroy(), lingerMs).unref();
    request.once("close", () => {
      clearTimeout(cut);
      if (closesAfterwards) socket.end();
    });
    request.resume();
  });
}
