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
 * A sender over bare sockets: with node:http, 800 requests a second took the client more of two cores than it left the server.
 * It reads what Persisto sends, a head with Content-Length and a body, and nothing else.
 */
export function createSender({ baseUrl, apiKey }: { baseUrl: string; apiKey: string }): Sender {
  const { hostname, port } = new URL(baseUrl);
  const idle: Socket[] = [];
  const all = new Set<Socket>();

  function open(): Socket {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    all.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      all.delete(socket);
      const index = idle.indexOf(socket);
      if (index !== -1) idle.splice(index, 1);
    });
    return socket;
  }

  return {
    async open(count) {
      while (all.size < count) {
        const batch = Array.from({ length: 20 }, () => open());
        await Promise.all(batch.map((socket) => once(socket, "connect")));
        idle.push(...batch);
      }
    },
    send: ({ path, body }) =>
      new Promise((resolve) => {
        const startedAt = performance.now();
        // The one that has waited longest, so that none is closed for being idle.
        const socket = idle.shift() ?? open();
        let answer = "";
        const settle = (outcome: Pick<Outcome, "status" | "error" | "hasRetryAfter">): void => {
          clearTimeout(timer);
          socket.off("data", read);
          socket.off("close", fail);
          resolve({ ...outcome, sentAt: startedAt, ms: performance.now() - startedAt });
        };
        const fail = (): void => settle({ status: 0, error: "closed", hasRetryAfter: false });
        const read = (data: Buffer): void => {
          answer += data.toString("latin1");
          const head = readHead(answer);
          if (head === null || answer.length < head.end) return;
          if (!head.closes) idle.push(socket);
          settle({ status: head.status, hasRetryAfter: head.hasRetryAfter });
        };
        const timer = setTimeout(() => {
          settle({ status: 0, error: "timeout", hasRetryAfter: false });
          socket.destroy();
        }, timeoutMs);
        socket.on("data", read);
        socket.once("close", fail);
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }),
    close: () => {
      for (const socket of all) socket.destroy();
    },
  };
}

interface Head {
  readonly status: number;
  readonly hasRetryAfter: boolean;
  readonly closes: boolean;
  /** Where the answer ends. */
  readonly end: number;
}

/** Null while the head is not complete. */
function readHead(text: string): Head | null {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const head = text.slice(0, end).toLowerCase();
  return {
    status: Number(head.slice(9, 12)),
    hasRetryAfter: head.includes("\r\nretry-after:"),
    closes: head.includes("\r\nconnection: close"),
    end: end + 4 + Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0),
  };
}
