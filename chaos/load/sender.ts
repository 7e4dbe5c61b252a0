import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Operation } from "./operations.js";

/** What became of a request. */
export interface Outcome {
  /** 0 when no answer came. */
  readonly status: number;
  /** Why none came. */
  readonly error?: string;
  readonly ms: number;
  /** When it was sent, on the clock of `performance.now()`. */
  readonly sentAt: number;
  readonly hasRetryAfter: boolean;
}

/** Sends requests over connections that are kept, one at a time on each. */
export interface Sender {
  send(operation: Operation): Promise<Outcome>;
  /**
   * Opens so many connections beforehand, as a load balancer has them: Node accepts one new connection a turn of its event loop
   * (libuv since 1.45), so that those that come in a flood wait in the kernel, where no server can refuse them.
   */
  open(count: number): Promise<void>;
  close(): void;
}

/** Longest wait for an answer. */
const timeoutMs = 15_000;

/**
 * A sender over bare sockets, which does as little as it can: what it takes of two cores, the server lacks. It reads what Persisto sends,
 * a head with Content-Length and a body, and nothing else.
 */
export function createSender({ baseUrl, apiKey }: { baseUrl: string; apiKey: string }): Sender {
  const { hostname, port } = new URL(baseUrl);
  const idle: Line[] = [];
  const all = new Set<Line>();
  const head = `HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: `;

  function open(): Line {
    const line: Line = {
      socket: connect({ host: hostname, port: Number(port), noDelay: true }),
      answer: "",
      waiting: null,
    };
    all.add(line);
    line.socket
      .setEncoding("latin1")
      .on("data", (text: unknown) => read(line, String(text)))
      .on("error", () => undefined)
      .once("close", () => {
        all.delete(line);
        const index = idle.indexOf(line);
        if (index !== -1) idle.splice(index, 1);
        settle(line, { status: 0, error: line.isLate === true ? "timeout" : "closed", hasRetryAfter: false });
      });
    return line;
  }

  function read(line: Line, text: string): void {
    line.answer += text;
    const answer = readAnswer(line.answer);
    if (answer === null) return;
    line.answer = "";
    if (!answer.closes) idle.push(line);
    settle(line, answer);
  }

  // One timer for all: each its own would cost more than to write the request.
  const watch = setInterval(() => {
    const latest = performance.now() - timeoutMs;
    for (const line of all) {
      if (line.waiting === null || line.waiting.sentAt > latest) continue;
      line.isLate = true;
      line.socket.destroy();
    }
  }, 500).unref();

  return {
    async open(count) {
      while (all.size < count) {
        const batch = Array.from({ length: 20 }, () => open());
        await Promise.all(batch.map(({ socket }) => once(socket, "connect")));
        idle.push(...batch);
      }
    },
    send: ({ path, body }) =>
      new Promise((resolve) => {
        // The one that has waited longest, so that none is closed for being idle.
        const line = idle.shift() ?? open();
        line.waiting = { sentAt: performance.now(), resolve };
        line.socket.write(`POST ${path} ${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
      }),
    close: () => {
      clearInterval(watch);
      for (const { socket } of all) socket.destroy();
    },
  };
}

/** A connection, and the request under way on it. */
interface Line {
  readonly socket: Socket;
  /** What has come of the answer. */
  answer: string;
  waiting: { readonly sentAt: number; readonly resolve: (outcome: Outcome) => void } | null;
  isLate?: boolean;
}

function settle(
  line: Line,
  { status, error, hasRetryAfter }: Pick<Outcome, "status" | "error" | "hasRetryAfter">,
): void {
  const { waiting } = line;
  if (waiting === null) return;
  line.waiting = null;
  const { sentAt, resolve } = waiting;
  resolve({ status, ...(error !== undefined && { error }), sentAt, hasRetryAfter, ms: performance.now() - sentAt });
}

/** Null while the answer is not whole. */
function readAnswer(text: string): { status: number; hasRetryAfter: boolean; closes: boolean } | null {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const lengthAt = text.indexOf("Content-Length: ");
  const length = lengthAt === -1 || lengthAt > end ? 0 : Number.parseInt(text.slice(lengthAt + 16, lengthAt + 26), 10);
  if (text.length < end + 4 + length) return null;
  const has = (line: string): boolean => {
    const at = text.indexOf(line);
    return at !== -1 && at < end;
  };
  return {
    status: Number(text.slice(9, 12)),
    hasRetryAfter: has("\r\nRetry-After: "),
    closes: has("\r\nConnection: close"),
  };
}
