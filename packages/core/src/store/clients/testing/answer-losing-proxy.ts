import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Stands between a client and Postgres, and can lose answers. */
export interface AnswerLosingProxy {
  /** The given URL, through the proxy. */
  readonly url: string;
  /** Cuts the connection instead of passing on the answer to what has this text in it, once; with last words if there are any. */
  loseAnswerTo(text: string, lastWords?: Buffer): void;
  close(): Promise<void>;
}

/** What Postgres says when an administrator ends the connection, also after it has done what it was told. */
export function terminationMessage(): Buffer {
  const fields = ["SFATAL", "VFATAL", "C57P01", "Mterminating connection due to administrator command", ""];
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  const head = Buffer.alloc(5, "E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Starts a proxy before the Postgres of a URL. */
export async function startAnswerLosingProxy(databaseUrl: string): Promise<AnswerLosingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let fatal: { text: string; lastWords: Buffer } | undefined;
  const server = createServer((client) => {
    const postgres = connect(Number(target.port), target.hostname);
    let lastWords: Buffer | undefined;
    for (const socket of [client, postgres]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        postgres.destroy();
      });
    }
    client.on("data", (data: Buffer) => {
      if (fatal !== undefined && data.includes(fatal.text)) {
        ({ lastWords } = fatal);
        fatal = undefined;
      }
      postgres.write(data);
    });
    postgres.on("data", (data: Buffer) => {
      if (lastWords === undefined) client.write(data);
      else client.end(lastWords);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseAnswerTo: (text, lastWords = Buffer.alloc(0)) => (fatal = { text, lastWords }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
