import { CleanUp } from "./clean-up.js";
import { Corpus } from "./corpus/corpus.js";
import { ExactNeighbours } from "./exact-neighbours.js";
import { installPeers } from "./install-peers.js";
import { openFreshNative, openFreshPglite, type FreshOptions, type FreshStores } from "./open-fresh-stores.js";
import { openNativeStores, openPgliteStores, type NativeStores, type PgliteStores } from "./open-stores.js";
import { readOptions, usage, type Options } from "./options.js";
import { Report } from "./report.js";
import { adapterCost } from "./workloads/adapter-cost.js";
import { calibrate } from "./workloads/calibrate.js";
import { serverCost } from "./workloads/server-cost.js";
import { coldStart } from "./workloads/cold-start.js";
import { deletingNamespace } from "./workloads/delete-namespace.js";
import { diskSpace } from "./workloads/disk.js";
import { growthTable } from "./workloads/growth.js";
import { k } from "./workloads/measure-search.js";
import { overHttp } from "./workloads/over-http.js";
import { comparePeers } from "./workloads/peers.js";
import { savingAtOnce } from "./workloads/save-at-once.js";
import { saving } from "./workloads/save.js";
import { searchWhileSaving } from "./workloads/search-while-saving.js";
import { searchByVector, searchFiltered, searchHybrid } from "./workloads/search.js";
import { churnUpkeep, ttlChurn } from "./workloads/ttl-churn.js";
import type { Backend, Bench } from "./workloads/bench.js";

const startedAt = performance.now();
const options = optionsOrExit();
const report = new Report(commandLine(), options.jsonFile);
const cleanUp = new CleanUp();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void cleanUp.run().finally(() => process.exit(1)));
}
try {
  await runAll(options);
} finally {
  await cleanUp.run();
}
// A peer may keep the process alive with handles that its API cannot close.
process.exit();

async function runAll({ databaseUrl, ...wanted }: Options): Promise<void> {
  const nativeCorpus = { rows: wanted.rows, seed: wanted.seed };
  const nativeBench = createBench(nativeCorpus);
  await report.add(await calibrate(nativeBench));
  if (wanted.workloads.has("W12")) await report.add(await serverCost(nativeBench, cleanUp));

  let native: NativeStores | undefined;
  if (databaseUrl !== undefined && wanted.backends.has("native")) {
    native = await openNativeStores({ databaseUrl, corpus: nativeCorpus }, { bench: nativeBench, cleanUp });
    await runBackend(native.backend, nativeBench);
    if (wanted.workloads.has("W11")) {
      await report.add(await overHttp({ inProcess: native.persisto, http: native.http }, nativeBench));
    }
    if (wanted.workloads.has("W14")) await report.add(await adapterCost(native.persisto, nativeBench));
    if (wanted.workloads.has("W13")) {
      const both = { writers: [native.persisto, native.http.byFetch], database: native.databases.persisto } as const;
      await report.add(await savingAtOnce(both, nativeBench));
    }
    await runUpkeep((fresh) => openFreshNative(databaseUrl, fresh), nativeBench);
    if (wanted.peers && installPeers(say)) {
      const { reference } = native.backend;
      const peers = { only: wanted.peers, serverUrl: databaseUrl, reference, persisto: native.persisto, cleanUp };
      await report.add(...(await comparePeers(peers, nativeBench)));
    }
  } else if (databaseUrl === undefined) say("no --database-url: native Postgres and the peers are left out");

  let pglite: PgliteStores | undefined;
  if (wanted.backends.has("pglite")) {
    const bench =
      wanted.pgliteRows === wanted.rows ? nativeBench : createBench({ ...nativeCorpus, rows: wanted.pgliteRows });
    pglite = await openPgliteStores({ bench, cleanUp });
    await runBackend(pglite.backend, bench);
    await pglite.close();
    await runUpkeep(openFreshPglite, bench);
  }
  if (wanted.workloads.has("W3")) await report.add(growthTable(report.tables));
  if (wanted.workloads.has("W10")) {
    const folders = pglite && { raw: pglite.folders.raw, persisto: pglite.postgresFolder };
    await report.add(
      await diskSpace({ ...(native && { postgres: native.databases }), ...(folders && { pglite: folders }) }),
    );
  }
  if (wanted.workloads.has("W9")) {
    const loaded = {
      ...(native && { rawPostgresUrl: native.databases.raw.url, persistoPostgresUrl: native.databases.persisto.url }),
      ...(pglite && { rawPgliteFolder: pglite.folders.raw, persistoPgliteFolder: pglite.folders.persisto }),
    };
    await report.add(await coldStart(loaded, nativeBench));
  }
}

/** Saving comes last: it adds to the stores. */
async function runBackend(backend: Backend, bench: Bench): Promise<void> {
  if (options.workloads.has("W3")) await report.add(await searchByVector(backend, bench));
  if (options.workloads.has("W4")) await report.add(await searchFiltered(backend, bench));
  if (options.workloads.has("W5")) await report.add(await searchHybrid(backend, bench));
  if (options.workloads.has("W6")) await report.add(await searchWhileSaving(backend, bench));
  if (options.workloads.has("W1")) await report.add(await saving(backend, bench));
}

/** In stores of their own: memories that come and go leave traces. */
async function runUpkeep(open: (options: FreshOptions) => Promise<FreshStores>, bench: Bench): Promise<void> {
  const own = new CleanUp();
  cleanUp.add(() => own.run());
  const fresh = (upkeep: Pick<FreshOptions, "sweepIntervalSeconds"> = {}): Promise<FreshStores> =>
    open({ corpus: bench.corpus, cleanUp: own, ...upkeep });
  if (options.workloads.has("W7")) {
    const stores = { untouched: await fresh(churnUpkeep), churned: await fresh(churnUpkeep) };
    await report.add(await ttlChurn(stores, bench));
  }
  if (options.workloads.has("W8")) await report.add(await deletingNamespace(await fresh(), bench));
  await own.run();
}

function createBench(corpusOptions: ConstructorParameters<typeof Corpus>[0]): Bench {
  say(`writing a corpus of ${corpusOptions.rows}`);
  const corpus = new Corpus(corpusOptions);
  return { corpus, exact: new ExactNeighbours(corpus, k), rounds: options.rounds, durationMs: options.durationMs, say };
}

function say(what: string): void {
  process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5)} s  ${what}\n`);
}

/** Without the database URL, which may hold a password. */
function commandLine(): string {
  const given = process.argv
    .slice(2)
    .filter((word, index, all) => !word.startsWith("--database-url") && all[index - 1] !== "--database-url");
  return ["npm run bench:performance", ...(given.length > 0 ? ["--", ...given] : [])].join(" ");
}

function optionsOrExit(): Options {
  try {
    const read = readOptions(process.argv.slice(2), process.env);
    if (read !== "help") return read;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(usage);
    process.exit(2);
  }
}
