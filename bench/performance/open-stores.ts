import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CleanUp } from "./clean-up.js";
import type { CorpusOptions } from "./corpus/corpus.js";
import { loadCorpus } from "./load-corpus.js";
import { openPersisto, openPersistoOverHttp, type PersistoOverHttp } from "./subjects/open-persisto.js";
import { createOwnDatabase, type OwnDatabase } from "./subjects/own-database.js";
import type { PersistoSubject } from "./subjects/persisto.js";
import { RawSql } from "./subjects/raw.js";
import { connectPostgres, openPglite } from "./subjects/sql-connection.js";
import type { Subject } from "./subjects/subject.js";
import type { Backend, Bench } from "./workloads/bench.js";

/** The native stores, loaded: raw SQL and Persisto, which is also behind HTTP. */
export interface NativeStores {
  readonly backend: Backend;
  readonly persisto: PersistoSubject;
  readonly http: PersistoOverHttp;
  readonly databases: { readonly raw: OwnDatabase; readonly persisto: OwnDatabase; readonly empty: OwnDatabase };
}

export async function openNativeStores(
  { databaseUrl, corpus }: { databaseUrl: string; corpus: CorpusOptions },
  { bench, cleanUp }: { bench: Bench; cleanUp: CleanUp },
): Promise<NativeStores> {
  const own = async (): Promise<OwnDatabase> => {
    const database = await createOwnDatabase(databaseUrl);
    cleanUp.add(() => database.drop());
    return database;
  };
  const databases = { raw: await own(), persisto: await own(), empty: await own() };
  const opened = async <Opened extends Subject>(opening: Promise<Opened>): Promise<Opened> => {
    const subject = await opening;
    cleanUp.add(() => subject.close());
    return subject;
  };
  const raw = await opened(RawSql.open("raw SQL, native", connectPostgres(databases.raw.url)));
  const persisto = await opened(
    openPersisto("Persisto, native", {
      corpus: bench.corpus,
      database: { databaseUrl: databases.persisto.url },
      afterLoad: () => databases.persisto.settle(),
    }),
  );
  for (const subject of [raw, persisto]) await loadCorpus(subject, bench);
  const http = await openPersistoOverHttp({ corpus, databaseUrl: databases.persisto.url });
  cleanUp.add(() => http.byFetch.close());
  return {
    backend: { name: "native Postgres", reference: raw, subjects: [persisto, http.byFetch] },
    persisto,
    http,
    databases,
  };
}

/** The embedded stores, loaded, each in a folder. */
export interface PgliteStores {
  readonly backend: Backend;
  readonly folders: { readonly raw: string; readonly persisto: string };
  /** Where Persisto keeps PGlite's own files, beside its lock. */
  readonly postgresFolder: string;
  /** Only one process may have a folder open. */
  close(): Promise<void>;
}

export async function openPgliteStores({ bench, cleanUp }: { bench: Bench; cleanUp: CleanUp }): Promise<PgliteStores> {
  const folder = await mkdtemp(join(tmpdir(), "persisto-bench-pglite-"));
  cleanUp.add(() => rm(folder, { recursive: true, force: true }));
  const folders = { raw: join(folder, "raw"), persisto: join(folder, "persisto") };
  const open: Subject[] = [];
  const close = async (): Promise<void> => {
    for (const subject of open.splice(0)) await subject.close();
  };
  cleanUp.add(close);
  const raw = await RawSql.open("raw SQL, PGlite", await openPglite(folders.raw));
  open.push(raw);
  const persisto = await openPersisto("Persisto, PGlite", {
    corpus: bench.corpus,
    database: { dataDir: folders.persisto },
  });
  open.push(persisto);
  for (const subject of open) await loadCorpus(subject, bench);
  return {
    backend: { name: "PGlite", reference: raw, subjects: [persisto] },
    folders,
    postgresFolder: join(folders.persisto, "postgres"),
    close,
  };
}
