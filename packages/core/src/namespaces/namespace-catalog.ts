import { filterPredicate, type Filters, type Language, type Metadata } from "@persisto/contract";
import { LRUCache } from "lru-cache";
import type { PassageTerms } from "../lexical/passage-terms.js";
import type { NamespaceStatistics, Store } from "../store/store.js";
import type { Scope } from "../tenancy/scope.js";

/** What is known of namespaces without asking the database each time. It may be a minute old, and nothing but speed and the weight of words depends on it. */
export interface NamespaceCatalog {
  /** The language to analyse in: the store's default for a new namespace. */
  language(scope: Scope, namespace: string): Promise<Language>;
  /** Null for an unknown namespace. */
  statistics(scope: Scope, namespace: string): Promise<NamespaceStatistics | null>;
  /** Share of the namespace's memories that the filters keep, 0..1, estimated on a sample of them. */
  selectivity(scope: Scope, namespace: string, filters: Filters): Promise<number>;
  /** Counts passages in that this process has saved, so that what is known need not be read again. */
  noteSaved(scope: Scope, namespace: string, passages: readonly { readonly terms: PassageTerms }[]): void;
  /** Counts memories out that this process has deleted. */
  noteRemoved(scope: Scope, namespace: string, memories: number): void;
  /** Reads the statistics again, behind queries that still use the old ones. */
  refresh(scope: Scope, namespace: string): void;
  /** Has everything known of the namespace read again when it is next asked for. */
  forget(scope: Scope, namespace: string): void;
}

export interface NamespaceCatalogOptions {
  readonly store: Pick<Store, "language" | "statistics" | "sampleMetadata">;
  readonly defaultLanguage: Language;
  /** Told of what was counted, and as a namespace without an index grows. */
  readonly onCount: (scope: Scope, namespace: string, statistics: NamespaceStatistics) => void;
}

/** Each may hold the counts of some 20,000 terms, half a megabyte. */
const capacity = 128;

/** Age at which statistics are read again, behind a query that still uses the old ones. */
const maxAgeMs = 60_000;

/**
 * Passages saved or deleted by this process after which they are read again: a tenth of them, and not fewer than these.
 * Reading goes through the whole namespace, and the counts of passages and of their terms are kept up meanwhile.
 */
const fewestChanged = 1_000;
const changedShare = 0.1;

const sampledMemories = 1_000;

interface Statistics extends NamespaceStatistics {
  passages: number;
  deferred: number;
  readonly sample: { passages: number; length: number; readonly frequencies: Map<number, number> };
}

interface Entry {
  language?: Promise<Language | null>;
  /** The last ones read; undefined while the first reading is under way. */
  statistics?: Statistics | null;
  reading?: Promise<Statistics | null>;
  readAt: number;
  /** Passages saved or deleted by this process since. */
  changed: number;
  metadata?: Promise<Metadata[]>;
}

export function createNamespaceCatalog({ store, defaultLanguage, onCount }: NamespaceCatalogOptions): NamespaceCatalog {
  const entries = new LRUCache<string, Entry>({ max: capacity });

  function entryOf(scope: Scope, namespace: string): Entry {
    const key = keyOf(scope, namespace);
    let entry = entries.get(key);
    if (entry === undefined) {
      entry = { readAt: 0, changed: 0 };
      entries.set(key, entry);
    }
    return entry;
  }

  function read(entry: Entry, scope: Scope, namespace: string): Promise<Statistics | null> {
    const changedBefore = entry.changed;
    entry.reading ??= store
      .statistics(scope, namespace)
      .then((found) => {
        entry.statistics = found && copy(found);
        entry.readAt = performance.now();
        // What was saved meanwhile may not be in them: it counts for the next reading.
        entry.changed -= changedBefore;
        delete entry.metadata;
        if (found) onCount(scope, namespace, found);
        return entry.statistics;
      })
      .finally(() => delete entry.reading);
    return entry.reading;
  }

  /** For the next query: whoever needs them now has the old ones, and a failure shows when they are read in earnest. */
  function refresh(scope: Scope, namespace: string): void {
    read(entryOf(scope, namespace), scope, namespace).catch(() => forget(scope, namespace));
  }

  function forget(scope: Scope, namespace: string): void {
    entries.delete(keyOf(scope, namespace));
  }

  return {
    async language(scope, namespace) {
      const entry = entryOf(scope, namespace);
      if (entry.statistics) return entry.statistics.language;
      entry.language ??= store.language(scope, namespace).catch((error: unknown) => {
        delete entry.language;
        throw error;
      });
      const language = await entry.language;
      // It may be made, in any language, at any moment.
      if (language === null) delete entry.language;
      return language ?? defaultLanguage;
    },

    async statistics(scope, namespace) {
      const entry = entryOf(scope, namespace);
      if (!entry.statistics) return read(entry, scope, namespace);
      if (performance.now() - entry.readAt > maxAgeMs || hasChanged(entry)) refresh(scope, namespace);
      return entry.statistics;
    },

    async selectivity(scope, namespace, filters) {
      const entry = entryOf(scope, namespace);
      if (!entry.statistics) return 1;
      entry.metadata ??= store.sampleMetadata(scope, entry.statistics.id, sampledMemories).catch((error: unknown) => {
        delete entry.metadata;
        throw error;
      });
      const sample = await entry.metadata;
      return sample.filter(filterPredicate(filters)).length / Math.max(1, sample.length);
    },

    noteSaved(scope, namespace, passages) {
      const entry = entryOf(scope, namespace);
      entry.changed += passages.length;
      if (entry.statistics) {
        countIn(entry.statistics, passages);
        if (!entry.statistics.isIndexed) onCount(scope, namespace, entry.statistics);
      }
      if (hasChanged(entry)) refresh(scope, namespace);
    },

    noteRemoved(scope, namespace, memories) {
      const entry = entryOf(scope, namespace);
      entry.changed += memories;
      // Which terms went is not known; a tenth of them hardly changes how rare the others are.
      if (entry.statistics && entry.changed > entry.statistics.passages / 10) forget(scope, namespace);
    },

    refresh,
    forget,
  };
}

function hasChanged({ changed, statistics }: Entry): boolean {
  return changed >= Math.max(fewestChanged, changedShare * (statistics?.passages ?? 0));
}

/** Neither part can hold a control character. */
function keyOf(scope: Scope, namespace: string): string {
  return `${scope.projectId}\n${namespace}`;
}

function copy(statistics: NamespaceStatistics): Statistics {
  const { sample } = statistics;
  return { ...statistics, sample: { ...sample, frequencies: new Map(sample.frequencies) } };
}

function countIn(statistics: Statistics, passages: readonly { readonly terms: PassageTerms }[]): void {
  const { sample } = statistics;
  const isComplete = sample.passages >= statistics.passages;
  statistics.passages += passages.length;
  // Perhaps more than there are; whoever takes them in finds out.
  statistics.deferred += passages.length;
  if (!isComplete) return;
  sample.passages += passages.length;
  for (const { terms } of passages) {
    sample.length += terms.length;
    for (const [key] of terms.weights) sample.frequencies.set(key, (sample.frequencies.get(key) ?? 0) + 1);
  }
}
