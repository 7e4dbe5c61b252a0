import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import pg from "pg";

/** Reads the tables directly, with nothing of ours in between. */
export interface Probe {
  rows<Row extends object>(sql: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** Opens the data directory of an embedded store whose server has ended. */
export async function probeEmbedded(dataDir: string): Promise<Probe> {
  const database = await PGlite.create(join(dataDir, "postgres"), { extensions: { vector } });
  return {
    rows: async <Row extends object>(sql: string) => (await database.query<Row>(sql)).rows,
    close: () => database.close(),
  };
}

/** Connects to the database of a native store. */
export async function probeNative(databaseUrl: string): Promise<Probe> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return {
    rows: async <Row extends object>(sql: string) => (await client.query<Row>(sql)).rows,
    close: () => client.end(),
  };
}
