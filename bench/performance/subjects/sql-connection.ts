import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import pg from "pg";

/** A Postgres with pgvector as a program without Persisto would use it. */
export interface SqlConnection {
  /** The fastest element type of the backend. */
  readonly vectorType: "vector" | "halfvec";
  /** Rows from which an HNSW index is faster than a scan. */
  readonly indexFromRows: number;
  /** Runs one statement; `name` lets the server keep it parsed. */
  run<Row extends object>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Custom plans, so that no plan is made without knowing the namespace; an HNSW search that is filtered goes on until it has enough. */
const settings: Readonly<Record<string, string>> = {
  plan_cache_mode: "force_custom_plan",
  jit: "off",
  "hnsw.iterative_scan": "relaxed_order",
};

/** Memory for building an index, and by one process, as Persisto has them natively. */
const buildSettings: Readonly<Record<string, string>> = {
  maintenance_work_mem: "512MB",
  max_parallel_maintenance_workers: "0",
};

/** As many connections as Persisto's pool has. */
const poolSize = 10;

export function connectPostgres(databaseUrl: string): SqlConnection {
  const options = Object.entries({ ...settings, ...buildSettings }).map(([name, value]) => `-c ${name}=${value}`);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize, options: options.join(" ") });
  return {
    vectorType: "halfvec",
    indexFromRows: 20_000,
    async run<Row extends object>(name: string, text: string, values: readonly unknown[] = []) {
      return (await pool.query<Row>({ name, text, values: [...values] })).rows;
    },
    close: () => pool.end(),
  };
}

/** In memory without a directory. */
export async function openPglite(directory?: string): Promise<SqlConnection> {
  const pglite = await PGlite.create({
    ...(directory !== undefined && { dataDir: directory }),
    extensions: { vector },
  });
  await pglite.exec("create extension if not exists vector");
  for (const [name, value] of Object.entries(settings)) await pglite.exec(`set ${name} = ${value}`);
  return {
    vectorType: "vector",
    indexFromRows: 10_000,
    async run<Row extends object>(_name: string, text: string, values: readonly unknown[] = []) {
      return (await pglite.query<Row>(text, [...values])).rows;
    },
    close: () => pglite.close(),
  };
}
