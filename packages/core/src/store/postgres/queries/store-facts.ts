import type { Query } from "../../sql-client.js";

/** What is in a store as a whole, to compare a copy with. */
export interface StoreFacts {
  readonly schemaVersion: number;
  /** The major version. */
  readonly postgresVersion: number;
  readonly memories: number;
  readonly passages: number;
}

/** Null for a database without Persisto's tables. Reads every memory and every passage. */
export async function readStoreFacts(query: Query): Promise<StoreFacts | null> {
  const tables = await query("select where to_regclass('persisto.migrations') is not null");
  if (tables.length === 0) return null;
  const [facts] = await query<{ schema: number; postgres: number; memories: string; passages: string }>(
    `select
      (select coalesce(max(version), 0)::int from persisto.migrations) as schema,
      current_setting('server_version_num')::int / 10000 as postgres,
      (select count(content || metadata::text) from persisto.memories) as memories,
      (select count(*) from persisto.chunks) as passages`,
  );
  const { schema, postgres, memories, passages } = facts!;
  return {
    schemaVersion: schema,
    postgresVersion: postgres,
    memories: Number(memories),
    passages: Number(passages),
  };
}
