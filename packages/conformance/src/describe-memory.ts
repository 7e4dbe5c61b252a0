import type { Memory } from "@persisto/contract";
import { afterAll, beforeAll, describe } from "vitest";
import { describeConcurrency } from "./memory/concurrency.js";
import { describeDelete } from "./memory/delete.js";
import { describeFilterOperators } from "./memory/filter-operators.js";
import { describeFilters } from "./memory/filters.js";
import { describeGet } from "./memory/get.js";
import { describeInvalidInput } from "./memory/invalid-input.js";
import { describeInvalidSaveInput } from "./memory/invalid-save-input.js";
import { describeLimits } from "./memory/limits.js";
import { describeLanguages } from "./memory/languages.js";
import { describeList } from "./memory/list.js";
import type { MemoryAccessor } from "./memory/memory-accessor.js";
import { describeNamespaces } from "./memory/namespaces.js";
import { describeOwnVectors } from "./memory/own-vectors.js";
import { describePassages } from "./memory/passages.js";
import { describeProfiles } from "./memory/profiles.js";
import { describeQueries } from "./memory/queries.js";
import { describeQuery } from "./memory/query.js";
import { describeRetrieval } from "./memory/retrieval.js";
import { describeSaveMany } from "./memory/save-many.js";
import { describeSave } from "./memory/save.js";
import { describeTimes } from "./memory/times.js";
import { describeTtl } from "./memory/ttl.js";
import { describeUnicode } from "./memory/unicode.js";
import { describeUpdate } from "./memory/update.js";

/** An implementation of Memory under test. */
export interface MemoryHarness {
  memory: Memory;
  /** Dimensions of the store's vectors. */
  dimensions: number;
  /** Runs after the suite. */
  close?(): Promise<void>;
}

/** Generous, because the first start of an embedded database may compile it. */
const openTimeoutMs = 120_000;
/** Against hanging; no test judges speed. */
const testTimeoutMs = 60_000;

const suites: ReadonlyArray<(memory: MemoryAccessor, dimensions: () => number) => void> = [
  describeSave,
  describeSaveMany,
  describeQuery,
  describeProfiles,
  describeRetrieval,
  describeOwnVectors,
  describePassages,
  describeLanguages,
  describeGet,
  describeList,
  describeUpdate,
  describeDelete,
  describeNamespaces,
  describeQueries,
  describeTtl,
  describeTimes,
  describeFilters,
  describeFilterOperators,
  describeInvalidSaveInput,
  describeInvalidInput,
  describeUnicode,
  describeLimits,
  describeConcurrency,
];

/**
 * Registers the vitest suite that every implementation of Memory passes. The memory is opened once and
 * may hold other data: each test works in namespaces of its own.
 */
export function describeMemory(name: string, open: () => Promise<MemoryHarness>): void {
  describe(`Memory: ${name}`, { timeout: testTimeoutMs }, () => {
    let harness: MemoryHarness | undefined;

    beforeAll(async () => {
      harness = await open();
    }, openTimeoutMs);

    afterAll(async () => {
      await harness?.close?.();
    }, openTimeoutMs);

    const opened = (): MemoryHarness => {
      if (harness === undefined) throw new Error("The memory is open only while tests and hooks run.");
      return harness;
    };
    for (const register of suites) {
      register(
        () => opened().memory,
        () => opened().dimensions,
      );
    }
  });
}
