import { Option, type Command } from "commander";
import { UsageError } from "./usage-error.js";

/** Where the store is, as the command line and the environment say. */
export interface ConnectionOptions {
  url?: string;
  apiKey?: string;
  dataDir?: string;
  databaseUrl?: string;
  config?: string;
  project?: string;
}

/** Either a server, or a store of our own. */
export type Place =
  | { kind: "server"; url: string; apiKey: string }
  | { kind: "store"; options: Omit<ConnectionOptions, "url" | "apiKey"> };

/** The options by which a command is told where the store is. `project` is said of memories alone. */
export function addConnectionOptions(command: Command, { project = true } = {}): Command {
  command
    .optionsGroup("Where the store is:")
    .option("--url <url>", "a server's address (PERSISTO_API_URL)")
    .option(
      "--api-key <key>",
      "its key (PERSISTO_API_KEY; safer there, where other users of the machine cannot read it)",
    )
    .option("--data-dir <path>", "the folder of the embedded store (PERSISTO_DATA_DIR; default ./.persisto)")
    .option("--database-url <url>", "a Postgres with pgvector (DATABASE_URL)")
    .option("--config <path>", "the configuration file (PERSISTO_CONFIG; default ./persisto.config.json)");
  if (project) command.addOption(new Option("--project <id>", "a project of the store (default: default)"));
  return command;
}

/** @throws UsageError when the options contradict each other, or a server's key is missing. */
export function placeOf(options: ConnectionOptions, env: Readonly<Record<string, string | undefined>>): Place {
  const { url, apiKey, ...store } = options;
  const isServer = url !== undefined || apiKey !== undefined;
  const isStore = [store.dataDir, store.databaseUrl, store.config].some((option) => option !== undefined);
  if (isServer && isStore) {
    throw new UsageError(
      "--url and --api-key are for a server, --data-dir, --database-url and --config are not; choose.",
    );
  }
  if (store.dataDir !== undefined && store.databaseUrl !== undefined) {
    throw new UsageError("--data-dir and --database-url are two stores; choose one.");
  }
  const serverUrl = url ?? (isStore ? undefined : env["PERSISTO_API_URL"]?.trim() || undefined);
  if (!isServer && serverUrl === undefined) return { kind: "store", options: store };
  if (store.project !== undefined) {
    throw new UsageError("--project is not for a server: there the API key says whose memories are meant; drop it.");
  }
  const key = apiKey ?? (env["PERSISTO_API_KEY"]?.trim() || undefined);
  if (key === undefined) {
    throw new UsageError(
      "a server needs a key: set PERSISTO_API_KEY, or pass --api-key. It was printed on the first start.",
    );
  }
  return { kind: "server", url: serverUrl ?? "http://127.0.0.1:8000", apiKey: key };
}

/**
 * Has the server's reader of the configuration see which store an option chose. A URL may hold a password, so it is no
 * argument there but a variable; an empty one is as good as none.
 */
export function setStoreVariables({ dataDir, databaseUrl }: Pick<ConnectionOptions, "dataDir" | "databaseUrl">): void {
  if (dataDir !== undefined && databaseUrl !== undefined) {
    throw new UsageError("--data-dir and --database-url are two stores; choose one.");
  }
  if (databaseUrl !== undefined) process.env["DATABASE_URL"] = databaseUrl;
  else if (dataDir !== undefined) process.env["DATABASE_URL"] = "";
}
