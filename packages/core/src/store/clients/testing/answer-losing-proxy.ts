import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Stands between a client and Postgres, and can lose answers. */
export interface AnswerLosingProxy {
  /** The given URL, through the proxy. */
  readonly url: string;
  /** Cuts the connection instead of passing on the answer to what has this text in it; once. */
  loseAnswerTo(text: string): void;
  close(): Promise<void>;
}

/** Starts a proxy before the Postgres of a URL. */
export async function startAnswerLosingProxy(databaseUrl: string): Promise<AnswerLosingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let fatal: string | undefined;
  const server = createServer((client) => {
    const postgres = connect(Number(target.port), target.hostname);
    let isDoomed = false;
    for (const socket of [client, postgres]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        postgres.destroy();
      });
    }
    client.on("data", (data: Buffer) => {
      if (fatal !== undefined && data.includes(fatal)) {
        isDoomed = true;
        fatal = undefined;
      }
      postgres.write(data);
    });
    postgres.on("data", (data: Buffer) => {
      if (isDoomed) client.destroy();
      else client.write(data);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseAnswerTo: (text) => (fatal = text),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
