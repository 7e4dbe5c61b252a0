import { Agent, request } from "node:http";
import type { Operation } from "./operations.js";

/** What became of a request. */
export interface Outcome {
  /** 0 when no answer came. */
  readonly status: number;
  readonly ms: number;
  readonly hasRetryAfter: boolean;
}

/** Sends requests over connections that are kept. */
export interface Sender {
  send(operation: Operation): Promise<Outcome>;
  close(): void;
}

/** Longest wait for an answer. */
const timeoutMs = 15_000;

/** A sender with node:http, which costs a third of what fetch does. */
export function createSender({ baseUrl, apiKey }: { baseUrl: string; apiKey: string }): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 4_096 });
  const { hostname, port } = new URL(baseUrl);
  return {
    send: ({ path, body }) =>
      new Promise((resolve) => {
        const startedAt = performance.now();
        const settle = (status: number, hasRetryAfter = false): void =>
          resolve({ status, ms: performance.now() - startedAt, hasRetryAfter });
        const headers = {
          Authorization: `Bearer ${apiKey}`,
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(body),
        };
        const sent = request({ agent, hostname, port, path, method: "POST", headers, timeout: timeoutMs }, (answer) => {
          answer.on("end", () => settle(answer.statusCode ?? 0, answer.headers["retry-after"] !== undefined));
          answer.on("error", () => settle(0));
          answer.resume();
        });
        sent.on("timeout", () => sent.destroy());
        sent.on("error", () => settle(0));
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
