import type { Query } from "../../sql-client.js";

/**
 * Vacuums and analyzes the tables that have changed much, by the thresholds of Postgres's autovacuum. The embedded
 * Postgres has no background processes, so without it deleted rows would take up space for ever.
 */
export async function vacuum(query: Query): Promise<void> {
  // Its counts of changes stay in the session until they are asked for.
  await query("select pg_stat_force_next_flush()::text");
  const tables = await query<{ name: string }>(
    `select format('%I.%I', schemaname, relname) as name
    from pg_stat_user_tables
    where schemaname = 'persisto'
      and (n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup)`,
  );
  for (const { name } of tables) {
    await query(`vacuum ${name}`);
    await analyze(query, name);
  }
}

/**
 * Has the planner know a table. By its columns, so that the expressions of its indexes are left out: to find the terms of
 * 15,000 passages again takes a second, in which the embedded database does nothing else, and makes no plan better.
 */
export async function analyze(query: Query, table: string): Promise<void> {
  const [row] = await query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns
    from pg_attribute
    where attrelid = $1::text::regclass and attnum > 0 and not attisdropped`,
    [table],
  );
  await query(`analyze ${table} (${row!.columns})`);
}
