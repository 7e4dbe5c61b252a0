import type { SavedMemory, SaveInput } from "@persisto/contract";
import { parseInput, saveManySchema } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { prepareRecords } from "./prepare-records.js";

export async function saveMany(engine: Engine, inputs: readonly SaveInput[]): Promise<SavedMemory[]> {
  const { memories } = parseInput(saveManySchema, { memories: inputs });
  const records = await prepareRecords(engine, memories);
  if (records.length > 0) await engine.store.insert(engine.scope, records);
  return records.map(({ id, passages }) => ({ id, chunks: passages.length }));
}
