import { Agent, request } from "node:http";
import { connect } from "node:net";

const savePath = "/v1/memory/save";

/** The first lines of a request to save, up to its body. */
export function saveHead(key: string, headers: Record<string, string>): string {
  const all = { Host: "x", Authorization: `Bearer ${key}`, "Content-Type": "application/json", ...headers };
  const lines = Object.entries(all).map(([name, text]) => `${name}: ${text}\r\n`);
  return `POST ${savePath} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Sends bytes and gives the first that come back. */
export function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.once("error", reject);
    socket.once("data", (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}

/** Sends a chunked body without an end until there is an answer. */
export function sendEndlessly(
  { url, key }: { url: string; key: string },
  chunk: Buffer,
): Promise<{ status: number | undefined; sentChunks: number }> {
  return new Promise((resolve, reject) => {
    let sentChunks = 0;
    let isAnswered = false;
    const outgoing = request(url + savePath, {
      method: "POST",
      // Asks for the connection to be closed with the answer, as many proxies do.
      agent: new Agent({ keepAlive: false }),
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    });
    outgoing.once("response", (incoming) => {
      isAnswered = true;
      incoming.resume();
      resolve({ status: incoming.statusCode, sentChunks });
      outgoing.destroy();
    });
    outgoing.on("error", (error) => (isAnswered ? undefined : reject(error)));
    const sendMore = (): void => {
      if (isAnswered) return;
      sentChunks += 1;
      outgoing.write(chunk, () => setImmediate(sendMore));
    };
    sendMore();
  });
}
