import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PersistoOptions } from "../src/options.js";
import { openPg } from "../src/store/clients/pg.js";
import { openPglite } from "../src/store/clients/pglite.js";
import type { SqlClient } from "../src/store/sql-client.js";
import { createTestDatabase, nativeUrl } from "./native-database.js";

/** An empty database that outlives a Persisto, to be opened again and to be looked into. */
export interface TestDatabase {
  readonly options: PersistoOptions;
  /** A client of the same database; on PGlite only while no Persisto has it open. */
  probe(): Promise<SqlClient>;
  drop(): Promise<void>;
}

/** Every backend that can be tested here. A missing one is listed with the reason. */
export const backends: readonly { name: string; missing: string | null; create(): Promise<TestDatabase> }[] = [
  { name: "embedded PGlite", missing: null, create: createDirectory },
  {
    name: "native Postgres",
    missing: nativeUrl === undefined ? "PERSISTO_TEST_DATABASE_URL is not set" : null,
    create: createNative,
  },
];

async function createDirectory(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "persisto-test-"));
  return {
    options: { dataDir },
    probe: () => openPglite({ dataDir }),
    drop: () => rm(dataDir, { recursive: true, force: true }),
  };
}

async function createNative(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  return {
    options: { databaseUrl: database.url },
    probe: () => openPg({ databaseUrl: database.url }),
    drop: () => database.drop(),
  };
}
