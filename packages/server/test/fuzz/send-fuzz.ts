import { connect } from "node:net";
import type { WireRequest } from "./spoil-request.js";

/** An answer as it came over the wire. */
export interface FuzzAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** After 20 of these a request counts as hanging: ticks, because this process, where the server is too, may itself stall. */
const tickMs = 250;
const maxTicks = 20;

/**
 * Sends a request over a connection of its own, byte for byte.
 * @throws Error when there is no whole answer within five seconds.
 */
export function sendFuzz(url: string, request: WireRequest): Promise<FuzzAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ port: Number(port), host: hostname });
    let ticks = 0;
    const clock = setInterval(() => {
      ticks += 1;
      const waited = `${(maxTicks * tickMs) / 1_000} s`;
      if (ticks > maxTicks) settle(() => reject(new Error(`No answer within ${waited}, only: ${received.toString()}`)));
    }, tickMs);
    const settle = (finish: () => void): void => {
      clearInterval(clock);
      socket.destroy();
      finish();
    };
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      const answer = parseAnswer(received, request.method);
      if (answer) settle(() => resolve(answer));
    });
    socket.once("error", (error) => settle(() => reject(error)));
    socket.once("close", () => settle(() => reject(new Error(`Closed without an answer: ${received.toString()}`))));
    socket.write(toBytes(request));
    // Who hangs up early gets no answer from Node, except to half a request.
    if (request.hangsUp) socket.end();
  });
}

function toBytes({ method, path, headers, body, hasNoHost = false }: WireRequest): Buffer {
  const names = new Set(headers.map(([name]) => name));
  const all = [...headers, ...(hasNoHost || names.has("Host") ? [] : [["Host", "x"]])];
  const head = [`${method} ${path} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), body ?? Buffer.alloc(0)]);
}

/** The first final answer in what has arrived; undefined while a part of it is missing. */
function parseAnswer(received: Buffer, method: string): FuzzAnswer | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [statusLine = "", ...lines] = received.subarray(0, end).toString("latin1").split("\r\n");
  const body = received.subarray(end + 4);
  // Asked for with `Expect: 100-continue`, one comes before the answer.
  if (statusLine.startsWith("HTTP/1.1 100")) return parseAnswer(body, method);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const length = method === "HEAD" ? 0 : Number(headers["content-length"] ?? "0");
  return body.length < length ? undefined : { status, headers, text: body.subarray(0, length).toString() };
}
