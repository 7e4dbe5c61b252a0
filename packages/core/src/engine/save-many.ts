import type { SavedMemory, SaveInput } from "@persisto/contract";
import { parseInput, saveManySchema } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { saveRecords } from "./save-records.js";

export async function saveMany(engine: Engine, inputs: readonly SaveInput[]): Promise<SavedMemory[]> {
  const { memories } = parseInput(saveManySchema, { memories: inputs });
  const saved = await saveRecords(engine, memories, (index) => `memories[${index}].`);
  return saved.map(({ id, chunks }) => ({ id, chunks }));
}
