import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { wholeBelow, type Random } from "./seeded-random.js";

/** Ends connections of a database at random, until it is stopped. */
export interface ConnectionEnder {
  /** Resolves with how many it ended. */
  stop(): Promise<number>;
}

const everyMs = 200;

/** Five times a second one of the connections that Persisto has to the database is ended by pg_terminate_backend. */
export function startEndingConnections(databaseUrl: string, random: Random): ConnectionEnder {
  let isStopping = false;
  let ended = 0;
  const ending = (async (): Promise<void> => {
    while (!isStopping) {
      await pause(everyMs);
      // Fails while Postgres is down.
      if (await endOne(databaseUrl, random).catch(() => false)) ended += 1;
    }
  })();
  return {
    async stop() {
      isStopping = true;
      await ending;
      return ended;
    },
  };
}

async function endOne(databaseUrl: string, random: Random): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'persisto' and datname = current_database()",
    );
    if (rows.length === 0) return false;
    const { pid } = rows[wholeBelow(rows.length, random)]!;
    await client.query("select pg_terminate_backend($1)", [pid]);
    return true;
  } finally {
    await client.end();
  }
}
