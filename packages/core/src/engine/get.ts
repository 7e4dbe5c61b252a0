import type { MemoryRecord, RecordKey } from "@persisto/contract";
import { parseInput, recordKeySchema } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { findOne } from "./find-one.js";

export async function get(engine: Engine, input: RecordKey): Promise<MemoryRecord | null> {
  return findOne(engine, parseInput(recordKeySchema, input));
}
