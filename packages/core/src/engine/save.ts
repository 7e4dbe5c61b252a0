import type { SaveInput, SaveResult } from "@persisto/contract";
import { parseInput, saveSchema } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { prepareRecords } from "./prepare-records.js";

export async function save(engine: Engine, input: SaveInput): Promise<SaveResult> {
  const [record] = await prepareRecords(engine, [parseInput(saveSchema, input)]);
  const [inserted] = await engine.store.insert(engine.scope, [record!]);
  return { id: record!.id, chunks: record!.passages.length, expiresAt: inserted!.expiresAt };
}
