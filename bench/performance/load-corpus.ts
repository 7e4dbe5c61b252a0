import type { NamespaceSize } from "./corpus/corpus.js";
import type { Subject } from "./subjects/subject.js";
import type { Bench } from "./workloads/bench.js";

/** Memories a call. */
const batchRows = 1_000;

/** Memories after which it says how far it is. */
const reportedRows = 100_000;

/** What has been loaded, and how fast. */
export interface Loaded {
  /** Those that are whole. */
  readonly namespaces: readonly NamespaceSize[];
  readonly rows: number;
  readonly perSecond: number;
}

/** Saves the corpus, small namespaces first; stops before the next namespace or inside one when the time is over. */
export async function loadCorpus(subject: Subject, bench: Bench, withinMs = Infinity): Promise<Loaded> {
  const namespaces: NamespaceSize[] = [];
  let rows = 0;
  let spentMs = 0;
  // Calls of 100 while there is a limit, so that slow stores stop in time.
  const perCall = withinMs === Infinity ? batchRows : batchRows / 10;
  for (const namespace of bench.corpus.namespaces) {
    let saved = 0;
    for (const batch of bench.corpus.batchesOf(namespace, perCall)) {
      if (spentMs >= withinMs) break;
      const startedAt = performance.now();
      await subject.saveMany(batch);
      spentMs += performance.now() - startedAt;
      saved += batch.length;
      if (saved % reportedRows === 0) bench.say(`${saved} of ${namespace.size} memories of ${namespace.name} saved`);
    }
    rows += saved;
    if (saved < namespace.size) break;
    namespaces.push(namespace);
  }
  bench.say(
    `loaded ${rows} of ${bench.corpus.size} memories into ${subject.name}, ${Math.round((rows * 1_000) / spentMs)}/s`,
  );
  const loadedAt = performance.now();
  await subject.afterLoad();
  bench.say(`${subject.name} was indexed and settled ${Math.round((performance.now() - loadedAt) / 1_000)} s later`);
  return { namespaces, rows, perSecond: (rows * 1_000) / spentMs };
}
