import { createRequire } from "node:module";
import { runningUrl } from "./native-postgres/cluster.mjs";
import { findHome } from "./native-postgres/home.mjs";

/** @typedef {{ url: string, name: string } | { missing: string }} NativePostgres */

/**
 * The native Postgres that tests may use: the given one, else the one `scripts/native-postgres.mjs start`
 * started. Tests create and drop databases of their own on it and touch no other.
 *
 * @param {string | undefined} databaseUrl
 * @returns {Promise<NativePostgres>}
 */
export async function findNativePostgres(databaseUrl) {
  const url = databaseUrl ?? runningUrl(findHome());
  if (url === undefined) {
    return { missing: "DATABASE_URL is not set; `node scripts/native-postgres.mjs start` starts one" };
  }
  if (!URL.canParse(url)) return { missing: "DATABASE_URL is not a URL" };
  const { host } = new URL(url);
  // The driver the engine uses.
  const { Client } = createRequire(new URL("../packages/core/package.json", import.meta.url))("pg");
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query(`
      select
        split_part(current_setting('server_version'), ' ', 1) as version,
        exists (select from pg_available_extensions where name = 'vector') as has_vector,
        exists (select from pg_roles where rolname = current_user and (rolcreatedb or rolsuper)) as can_create
    `);
    const [{ version, has_vector: hasVector, can_create: canCreate }] = rows;
    if (!hasVector) return { missing: `the Postgres at ${host} has no pgvector` };
    if (!canCreate) return { missing: `the user of DATABASE_URL may not create databases at ${host}` };
    return { url, name: `Postgres ${version} at ${host}` };
  } catch (error) {
    return { missing: `the Postgres at ${host} does not answer (${describe(error)})` };
  } finally {
    await client.end();
  }
}

/**
 * One line that says where the tests run, and why they do not run on native Postgres.
 *
 * @param {NativePostgres} native
 */
export function describeBackends(native) {
  return "url" in native
    ? `Testing on PGlite and on ${native.name}.`
    : `Testing on PGlite only, not on native Postgres: ${native.missing}.`;
}

/** @param {unknown} error a refused connection has a code but, when several addresses were tried, no message */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
