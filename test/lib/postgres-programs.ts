import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { findHome } from "../../scripts/native-postgres/home.mjs";
import { programDirectory } from "../../scripts/native-postgres/install.mjs";

const execute = promisify(execFile);

/** `pg_dump` and `pg_restore` that can talk to a server. */
export interface PostgresPrograms {
  run(program: "pg_dump" | "pg_restore", options: readonly string[]): Promise<void>;
}

/** Those of `scripts/native-postgres.mjs`, else those on the PATH; a text says why there are none. */
export async function findPostgresPrograms(url: string): Promise<PostgresPrograms | string> {
  const server = await serverVersion(url);
  const own = programDirectory(findHome());
  for (const prefix of [...(existsSync(join(own, "pg_dump")) ? [own] : []), ""]) {
    const version = await programVersion(join(prefix, "pg_dump"));
    if (version === undefined || version < server) continue;
    return {
      run: async (program, options) => {
        await execute(join(prefix, program), options, { maxBuffer: 16 * 1024 * 1024 });
      },
    };
  }
  return `there is no pg_dump of Postgres ${server} or newer`;
}

async function programVersion(path: string): Promise<number | undefined> {
  try {
    const { stdout } = await execute(path, ["--version"]);
    return Number(/\) (\d+)/.exec(stdout)?.[1]);
  } catch {
    // Not installed.
    return undefined;
  }
}

async function serverVersion(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::int / 10000 as version",
    );
    return rows[0]!.version;
  } finally {
    await client.end();
  }
}
