import { PersistoError, type MemoryRecord, type RecordKey } from "@persisto/contract";
import type { Engine } from "./engine.js";

/** The record a key names, or null. @throws PersistoError conflict when the key fits records of several namespaces. */
export async function findOne({ scope, store }: Engine, { id, namespace }: RecordKey): Promise<MemoryRecord | null> {
  const records = await store.find(scope, { id, namespace });
  if (records.length > 1) {
    throw new PersistoError(
      "conflict",
      `Several namespaces hold a memory ${JSON.stringify(id)}; say which one with namespace.`,
    );
  }
  return records[0] ?? null;
}
