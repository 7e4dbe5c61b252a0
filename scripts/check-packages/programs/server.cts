import core = require("@persisto/core");
import server = require("@persisto/server");
import program = require("@persisto/server/program");

async function main(): Promise<void> {
  const persisto = await core.createPersisto();
  const app = server.createApp({
    authenticate: server.createAuthenticator(persisto.access),
    ready: () => persisto.ready(),
    sharedBuckets: persisto.sharedBuckets,
  });
  const running = await server.startServer(app, { host: "127.0.0.1", port: 0, graceMs: 5_000 });
  const { status } = await fetch(`${running.url}/v1/memory/list?namespace=ada`);
  if (status !== 401) throw new Error(`answered ${status} without a key`);
  await running.stop();
  await persisto.close();
  if (program.loadConfiguration([]).config.command !== "serve") throw new Error("the program does not serve");
}

void main();
