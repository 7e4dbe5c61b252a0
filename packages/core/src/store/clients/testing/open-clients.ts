import { describe } from "vitest";
import { createTestDatabase, nativeUrl } from "../../../../test/native-database.js";
import type { SqlClient } from "../../sql-client.js";
import { openPg } from "../pg.js";
import { openPglite } from "../pglite.js";

/** A client of an empty database. */
export interface OpenClient {
  readonly client: SqlClient;
  /** Closes the client and drops the database. */
  close(): Promise<void>;
}

/** Every client, to run a suite on each; one that cannot be tested here says why in its name. */
export const clients = [
  { name: "embedded PGlite", skipped: false, open: openEmbedded },
  {
    name: nativeUrl === undefined ? "native Postgres: PERSISTO_TEST_DATABASE_URL is not set" : "native Postgres",
    skipped: nativeUrl === undefined,
    open: openNative,
  },
];

/** A suite on each client. */
export function describeOnClients(suite: (open: () => Promise<OpenClient>) => void): void {
  for (const { name, skipped, open } of clients) describe.skipIf(skipped)(name, () => suite(open));
}

async function openEmbedded(): Promise<OpenClient> {
  const client = await openPglite();
  return { client, close: () => client.close() };
}

async function openNative(): Promise<OpenClient> {
  const database = await createTestDatabase();
  const client = await openPg({ databaseUrl: database.url, poolSize: 4 });
  return {
    client,
    close: async () => {
      await client.close();
      await database.drop();
    },
  };
}
