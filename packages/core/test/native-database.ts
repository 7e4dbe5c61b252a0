import { randomBytes } from "node:crypto";
import pg from "pg";

/** A Postgres with pgvector for tests, whose user may create databases; undefined when none is given. */
export const nativeUrl: string | undefined = process.env["PERSISTO_TEST_DATABASE_URL"] || undefined;

/** A database of its own on the test Postgres. */
export interface TestDatabase {
  readonly url: string;
  /** Also closes connections that are still open. */
  drop(): Promise<void>;
}

/** Makes an empty database, on the Postgres of the tests or another. @throws Error when there is neither. */
export async function createTestDatabase(serverUrl = nativeUrl): Promise<TestDatabase> {
  if (serverUrl === undefined) throw new Error("PERSISTO_TEST_DATABASE_URL is not set");
  const name = `persisto_test_${randomBytes(6).toString("hex")}`;
  await administer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(serverUrl, `drop database if exists ${name} with (force)`) };
}

/** Runs one statement on a connection of its own. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
