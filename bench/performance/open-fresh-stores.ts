import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CleanUp } from "./clean-up.js";
import type { Corpus } from "./corpus/corpus.js";
import { openPersisto } from "./subjects/open-persisto.js";
import { createOwnDatabase, type OwnDatabase } from "./subjects/own-database.js";
import { RawSql } from "./subjects/raw.js";
import { connectPostgres, openPglite } from "./subjects/sql-connection.js";
import type { KeptSubject } from "./subjects/subject.js";

/** A new store, to be opened once, and looked into when it has been closed. */
export interface FreshStore {
  readonly name: string;
  open(): Promise<KeptSubject>;
  inspect(): Promise<StoreState>;
}

/** One of hand-written SQL and one of Persisto on the same engine. */
export interface FreshStores {
  readonly backend: string;
  readonly raw: FreshStore;
  readonly persisto: FreshStore;
}

/** How large a store is, and how many rows in it are dead and not cleared away. */
export interface StoreState {
  readonly bytes: number;
  readonly deadRows: number;
}

/** What new stores are for. */
export interface FreshOptions {
  readonly corpus: Corpus;
  /** Interval of Persisto's own upkeep. Default: Persisto's. */
  readonly sweepIntervalSeconds?: number;
  readonly cleanUp: CleanUp;
}

export async function openFreshNative(
  databaseUrl: string,
  { corpus, cleanUp, ...upkeep }: FreshOptions,
): Promise<FreshStores> {
  const own = async (): Promise<OwnDatabase> => {
    const database = await createOwnDatabase(databaseUrl);
    cleanUp.add(() => database.drop());
    return database;
  };
  const [raw, persisto] = [await own(), await own()];
  const names = ["raw SQL, native", "Persisto, native"] as const;
  return {
    backend: "native Postgres",
    raw: {
      name: names[0],
      open: () => RawSql.open(names[0], connectPostgres(raw.url)),
      inspect: () => inspect((text) => raw.query(text)),
    },
    persisto: {
      name: names[1],
      open: () =>
        openPersisto(names[1], {
          corpus,
          database: { databaseUrl: persisto.url, ...upkeep },
          afterLoad: () => persisto.settle(),
        }),
      inspect: () => inspect((text) => persisto.query(text)),
    },
  };
}

export async function openFreshPglite({ corpus, cleanUp, ...upkeep }: FreshOptions): Promise<FreshStores> {
  const folder = await mkdtemp(join(tmpdir(), "persisto-bench-fresh-"));
  cleanUp.add(() => rm(folder, { recursive: true, force: true }));
  const [raw, persisto] = [join(folder, "raw"), join(folder, "persisto")];
  const names = ["raw SQL, PGlite", "Persisto, PGlite"] as const;
  return {
    backend: "PGlite",
    raw: {
      name: names[0],
      open: async () => RawSql.open(names[0], await openPglite(raw)),
      inspect: () => inspectFolder(raw),
    },
    persisto: {
      name: names[1],
      open: () => openPersisto(names[1], { corpus, database: { dataDir: persisto, ...upkeep } }),
      inspect: () => inspectFolder(join(persisto, "postgres")),
    },
  };
}

async function inspectFolder(folder: string): Promise<StoreState> {
  const sql = await openPglite(folder);
  try {
    return await inspect((text) => sql.run("", text));
  } finally {
    await sql.close();
  }
}

/** `analyze` counts anew: what PGlite knew of dead rows ended with its process, and Postgres hears of them late. */
async function inspect(query: (text: string) => Promise<Record<string, unknown>[]>): Promise<StoreState> {
  await query("analyze");
  const [row] = await query(
    `select pg_database_size(current_database())::float8 as bytes, coalesce(sum(n_dead_tup), 0)::float8 as dead
    from pg_stat_user_tables`,
  );
  return { bytes: Number(row?.["bytes"]), deadRows: Number(row?.["dead"]) };
}
