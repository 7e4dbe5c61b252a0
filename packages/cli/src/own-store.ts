import { keyScopes, PersistoError } from "@persisto/contract";
import { loadConfiguration, openStore, withoutPassword, type Config } from "@persisto/server/program";
import type { Connection } from "./connection.js";
import { setStoreVariables, type ConnectionOptions } from "./connection-options.js";

/** A store that this process has opened itself. */
export interface OwnStore extends Connection {
  readonly config: Config;
  readonly embedderId: string;
  ready(): Promise<void>;
  close(): Promise<void>;
}

type StoreOptions = Pick<ConnectionOptions, "dataDir" | "databaseUrl" | "config" | "project">;

/**
 * The configuration a server would have here, with these options. Read as the server reads it, so that an embedder or a
 * profile that the file names is also ours.
 */
export function ownConfig({ dataDir, databaseUrl, config: file }: StoreOptions): Config {
  setStoreVariables({ ...(dataDir !== undefined && { dataDir }), ...(databaseUrl !== undefined && { databaseUrl }) });
  const { config } = loadConfiguration([
    "sweep",
    ...(dataDir === undefined ? [] : [`--data-dir=${dataDir}`]),
    ...(file === undefined ? [] : [`--config=${file}`]),
  ]);
  if (dataDir !== undefined && config.databaseUrl !== undefined) {
    throw new PersistoError(
      "invalid_input",
      "The configuration file names a database; drop --data-dir or database.url.",
    );
  }
  return config;
}

/** Opens the store that the options, the environment and the configuration file name. */
export async function openOwnStore(options: StoreOptions): Promise<OwnStore> {
  const config = ownConfig(options);
  const warn = (message: string): void => void process.stderr.write(`persisto: warning: ${message}\n`);
  const persisto = await openStore(config, { log: { warn } });
  const operator = {
    actor: { kind: "operator", id: "cli" },
    projectId: null,
    scopes: keyScopes,
    namespaces: ["*"],
    filters: null,
  } as const;
  return {
    memory: options.project === undefined ? persisto : persisto.project(options.project),
    administration: persisto.access.of(operator).administration,
    place: placeName(config),
    config,
    embedderId: persisto.embedderId,
    ready: () => persisto.ready(),
    close: () => persisto.close(),
  };
}

/** Where the store of a configuration is, without secrets. */
export function placeName({ databaseUrl, dataDir }: Config): string {
  return databaseUrl === undefined ? dataDir : withoutPassword(databaseUrl);
}
