import { existsSync } from "node:fs";
import { createPersistoAdministration, PersistoClient } from "@persisto/client";
import type { Administration, Memory } from "@persisto/contract";
import type { Command } from "commander";
import { placeOf, type ConnectionOptions } from "./connection-options.js";

/** An open way to a store. */
export interface Connection {
  readonly memory: Memory;
  /** Of a server: what its key may do. Of a store of our own: everything. */
  readonly administration: Administration;
  /** Where it is, without secrets. */
  readonly place: string;
}

/** Opens what the options of a command name, uses it and closes it, whatever happens. */
export function connected<Result>(command: Command, use: (connection: Connection) => Promise<Result>): Promise<Result> {
  return connect(command.opts<ConnectionOptions>(), use);
}

/** The same for what is no project's own: there `--project` says which one is administered. */
export function administered<Result>(
  command: Command,
  use: (administration: Administration) => Promise<Result>,
): Promise<Result> {
  const { project: _, ...options } = command.opts<ConnectionOptions>();
  return connect(options, ({ administration }) => use(administration));
}

async function connect<Result>(
  options: ConnectionOptions,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  loadEnvFile();
  const place = placeOf(options, process.env);
  if (place.kind === "server") {
    const { url, apiKey } = place;
    const server = { baseUrl: url, apiKey };
    return use({
      memory: new PersistoClient(server),
      administration: createPersistoAdministration(server),
      place: url,
    });
  }
  // Loaded when it is needed: the engine takes half a second, and a server's client needs none.
  const { openOwnStore } = await import("./own-store.js");
  const store = await openOwnStore(place.options);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** The `.env` of this folder. Commands of the server read it themselves, and say of each setting that it came from there. */
export function loadEnvFile(): void {
  if (existsSync(".env")) process.loadEnvFile(".env");
}
