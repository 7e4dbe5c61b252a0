import type { SavedMemory, SaveInput } from "@persisto/contract";
import { parseInput, saveManySchema } from "@persisto/contract/http";
import { recordKey, type NewRecord } from "../store/store.js";
import type { Engine } from "./engine.js";
import { prepareRecords } from "./prepare-records.js";

export async function saveMany(engine: Engine, inputs: readonly SaveInput[]): Promise<SavedMemory[]> {
  const { memories } = parseInput(saveManySchema, { memories: inputs });
  const records = await prepareRecords(engine, memories);
  if (records.length > 0) await engine.store.insert(engine.scope, lastOfEachId(records));
  return records.map(({ id, passages }) => ({ id, chunks: passages.length }));
}

/** As if saved one after another: of several records with one id in one namespace the last is kept. */
function lastOfEachId(records: readonly NewRecord[]): NewRecord[] {
  return [...new Map(records.map((record) => [recordKey(record), record])).values()];
}
