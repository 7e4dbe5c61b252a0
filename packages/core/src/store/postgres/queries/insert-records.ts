import type { Scope } from "../../../tenancy/scope.js";
import type { SqlSession } from "../../sql-client.js";
import type { InsertedRecord, NewRecord } from "../../store.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { insertNewRecords } from "./insert-new-records.js";
import { recordKey, upsertRecords } from "./upsert-records.js";

/**
 * Saves records with their passages, all or none, as if one after another: of several with one id in one namespace the
 * last is kept. Most saves are of new records, and one statement does those.
 */
export async function insertRecords(
  session: SqlSession,
  { scope, space, records }: { scope: Scope; space: EmbeddingSpace; records: readonly NewRecord[] },
): Promise<InsertedRecord[]> {
  const kept = [...new Map(records.map((record) => [recordKey(record), record])).values()];
  const inserted =
    (await insertNewRecords(session.query, { scope, space, records: kept })) ??
    (await session.transaction((query) => upsertRecords(query, { scope, space, records: kept })));
  const byKey = new Map(kept.map((record, index) => [recordKey(record), inserted[index]!]));
  return records.map((record) => byKey.get(recordKey(record))!);
}
