import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { isPersistoError, PersistoError } from "@persisto/contract";
import { openPglite } from "../store/clients/pglite.js";
import { readStoreFacts } from "../store/postgres/queries/store-facts.js";
import type { SqlClient } from "../store/sql-client.js";
import { postgresName, type About } from "./dump-format.js";
import { refuseExisting, writeDump } from "./write-dump.js";

/** What was dumped. */
export interface DumpResult {
  /** How many memories the file holds. */
  readonly memories: number;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * Writes everything in an embedded store that nobody has open to a new file, for `loadStore`. The store is left as it is:
 * not even its schema is upgraded.
 * @throws PersistoError conflict when a process has the store or the file exists, invalid_input where there is no store.
 */
export async function dumpStore({ dataDir, to }: { dataDir: string; to: string }): Promise<DumpResult> {
  refuseExisting(to);
  if (!existsSync(join(dataDir, postgresName))) {
    throw new PersistoError("invalid_input", `There is no store in ${resolve(dataDir)}; name the directory of one.`);
  }
  const client = await open(dataDir);
  try {
    return await dumpClient(client, to);
  } finally {
    await client.close();
  }
}

/** The same of a store that is open: calls wait meanwhile. @throws PersistoError invalid_input unless it is kept in a directory. */
export async function dumpClient(client: SqlClient, to: string): Promise<DumpResult> {
  if (client.whileStill === undefined) {
    throw new PersistoError(
      "invalid_input",
      "Only a store with a data directory can be dumped by Persisto; a Postgres of your own is dumped by pg_dump.",
    );
  }
  return client.whileStill(async ({ query, directory }) => {
    if (resolve(to).startsWith(directory + sep)) {
      throw new PersistoError("invalid_input", `${to} is inside the store itself; write the dump somewhere else.`);
    }
    const facts = await readStoreFacts(query);
    if (facts === null) {
      throw new PersistoError("invalid_input", `The Postgres in ${directory} holds no memories of Persisto.`);
    }
    const about: About = { format: 1, createdAt: new Date().toISOString(), ...facts };
    return { memories: facts.memories, bytes: await writeDump({ directory, about, to }) };
  });
}

async function open(dataDir: string): Promise<SqlClient> {
  try {
    return await openPglite({ dataDir });
  } catch (cause) {
    if (!isPersistoError(cause) || cause.code !== "conflict") throw cause;
    throw new PersistoError("conflict", `A dump needs the store for itself. ${cause.message}`, { cause });
  }
}
