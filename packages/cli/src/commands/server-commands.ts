import type { Command } from "commander";
import { setStoreVariables } from "../connection-options.js";

/** Options of the server that a command passes on as they are. */
interface ServerOptions {
  port?: string;
  host?: string;
  dataDir?: string;
  databaseUrl?: string;
  config?: string;
  to?: string;
  from?: string;
}

/** The commands that are the server's own: `persisto-server` does the same under the same names. */
export function addServerCommands(program: Command): void {
  const serve = program.command("serve").description("serve the store over HTTP; the first start prints your API key");
  serve
    .option("--port <number>", "PORT; default 8000, 0 picks a free one")
    .option("--host <address>", "HOST; default 127.0.0.1: this machine only")
    .addHelpText(
      "after",
      "\nExamples\n  $ persisto serve\n  $ persisto serve --port 9000 --database-url postgres://user@host/db",
    );
  storeOptions(serve).action((options: ServerOptions) => pass(["serve"], options));

  storeOptions(
    program
      .command("migrate")
      .description("bring the database up to date, as every start does, and stop; for deployments that do it first"),
  ).action(migrate);
  storeOptions(program.command("sweep").description("remove expired memories and old queries from the disk")).action(
    (options: ServerOptions) => pass(["sweep"], options),
  );

  const config = program.command("config").description("look at the configuration");
  storeOptions(
    config
      .command("check")
      .description("list everything that is wrong, or what is in effect and where it came from")
      .option("--port <number>", "as serve would get it")
      .option("--host <address>", "as serve would get it"),
  ).action((options: ServerOptions) => pass(["config", "check"], options));

  const dump = program.command("dump").description("write everything in an embedded store, vectors too, to a new file");
  storeOptions(dump.requiredOption("--to <file>", "the file, which must not exist yet")).action(
    (options: ServerOptions) => pass(["dump"], options),
  );
  const load = program
    .command("load")
    .description("make an embedded store of what dump wrote, where there is none yet");
  storeOptions(load.requiredOption("--from <file>", "the file")).action((options: ServerOptions) =>
    pass(["load"], options),
  );
}

function storeOptions(command: Command): Command {
  return command
    .optionsGroup("Where the store is:")
    .option("--data-dir <path>", "the folder of the embedded store (PERSISTO_DATA_DIR; default ./.persisto)")
    .option("--database-url <url>", "a Postgres with pgvector (DATABASE_URL)")
    .option("--config <path>", "the configuration file (PERSISTO_CONFIG; default ./persisto.config.json)");
}

/** Has the server's program do it, with these as its own arguments. */
async function pass(command: readonly string[], options: ServerOptions): Promise<void> {
  const { databaseUrl: _, ...rest } = options;
  setStoreVariables(options);
  const names = { port: "port", host: "host", dataDir: "data-dir", config: "config", to: "to", from: "from" } as const;
  const argv = Object.entries(rest).map(([name, value]) => `--${names[name as keyof typeof names]}=${value}`);
  const { runProgram } = await import("@persisto/server/program");
  await runProgram([...command, ...argv]);
}

async function migrate(options: ServerOptions): Promise<void> {
  const { openOwnStore } = await import("../own-store.js");
  const store = await openOwnStore(options);
  await store.close();
  process.stdout.write(`${store.place} is up to date.\n`);
}
