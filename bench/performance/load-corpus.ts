import type { NamespaceSize } from "./corpus/corpus.js";
import type { Subject } from "./subjects/subject.js";
import type { Bench } from "./workloads/bench.js";

/** Memories a call. */
const batchRows = 1_000;

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
  for (const namespace of bench.corpus.namespaces) {
    const all = bench.corpus.rowsOf(namespace);
    let saved = 0;
    // Calls of 100 while there is a limit, so that slow stores stop in time.
    const perCall = withinMs === Infinity ? batchRows : batchRows / 10;
    while (saved < all.length && spentMs < withinMs) {
      const batch = all.slice(saved, saved + perCall);
      const startedAt = performance.now();
      await subject.saveMany(batch);
      spentMs += performance.now() - startedAt;
      saved += batch.length;
    }
    rows += saved;
    if (saved < all.length) break;
    namespaces.push(namespace);
  }
  bench.say(
    `loaded ${rows} of ${bench.corpus.size} memories into ${subject.name}, ${Math.round((rows * 1_000) / spentMs)}/s`,
  );
  await subject.afterLoad();
  return { namespaces, rows, perSecond: (rows * 1_000) / spentMs };
}
