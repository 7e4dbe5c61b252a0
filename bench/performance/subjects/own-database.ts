import pg from "pg";

let made = 0;

/** A database of this run only. */
export interface OwnDatabase {
  readonly url: string;
  /** What autovacuum would do in its time: statistics for the planner, no pending entries. */
  settle(): Promise<void>;
  /** Size on disk, and the rows of a table. */
  measure(table: string): Promise<{ bytes: number; rows: number }>;
  /** Runs one statement on a connection of its own. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** Makes a database with pgvector on the server of `serverUrl`. */
export async function createOwnDatabase(serverUrl: string): Promise<OwnDatabase> {
  const name = `persisto_bench_${process.pid}_${++made}`;
  await runOnce(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await runOnce(url.href, "create extension vector");
  return {
    url: url.href,
    settle: async () => void (await runOnce(url.href, "vacuum analyze")),
    async measure(table) {
      const [row] = await runOnce(url.href, sizeQuery(table));
      return toSize(row);
    },
    query: (text, values) => runOnce(url.href, text, values),
    drop: async () => void (await runOnce(serverUrl, `drop database if exists ${name} with (force)`)),
  };
}

/** @param table - a constant of ours, never what a user wrote. */
export function sizeQuery(table: string): string {
  return `select pg_database_size(current_database())::float8 as bytes, (select count(*) from ${table})::float8 as rows`;
}

export function toSize(row: Record<string, unknown> | undefined): { bytes: number; rows: number } {
  return { bytes: Number(row?.["bytes"]), rows: Number(row?.["rows"]) };
}

async function runOnce(
  databaseUrl: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
