import { createPersisto, type Persisto } from "../src/create-persisto.js";
import type { PersistoOptions } from "../src/options.js";
import type { SqlClient } from "../src/store/sql-client.js";
import type { TestDatabase } from "./backends.js";

/** Opens a store for the work, and closes it. */
export async function usePersisto<Result>(
  options: PersistoOptions,
  work: (persisto: Persisto) => Promise<Result>,
): Promise<Result> {
  const persisto = await createPersisto(options);
  try {
    return await work(persisto);
  } finally {
    await persisto.close();
  }
}

/** Looks into a database that no Persisto has open. */
export async function useProbe<Result>(
  database: TestDatabase,
  work: (probe: SqlClient) => Promise<Result>,
): Promise<Result> {
  const probe = await database.probe();
  try {
    return await work(probe);
  } finally {
    await probe.close();
  }
}
