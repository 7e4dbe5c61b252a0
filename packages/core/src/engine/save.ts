import type { SaveInput, SaveResult } from "@persisto/contract";
import { parseInput, saveSchema } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { saveRecords } from "./save-records.js";

export async function save(engine: Engine, input: SaveInput): Promise<SaveResult> {
  const [saved] = await saveRecords(engine, [parseInput(saveSchema, input)]);
  return saved!;
}
