import type { MemoryRecord, UpdateInput } from "@persisto/contract";
import { parseInput, updateSchema } from "@persisto/contract/http";
import type { Passage } from "../store/store.js";
import type { Engine } from "./engine.js";
import { findOne } from "./find-one.js";
import { unknownMemory } from "./not-found.js";
import { preparePassages } from "./prepare-records.js";

export async function update(engine: Engine, input: UpdateInput): Promise<MemoryRecord> {
  const { id, namespace, content, metadata, ttlSeconds } = parseInput(updateSchema, input);
  // Found first, so that an absent memory costs no embedding.
  const current = await findOne(engine, { id, ...(namespace !== undefined && { namespace }) });
  if (!current) throw unknownMemory(id);
  const changed = await engine.store.change(engine.scope, {
    namespace: current.namespace,
    id,
    content: content === undefined ? undefined : { text: content, passages: await passagesOf(engine, content) },
    metadata,
    ttlSeconds,
  });
  if (!changed) throw unknownMemory(id);
  return changed;
}

async function passagesOf(engine: Engine, content: string): Promise<Passage[]> {
  const [passages] = await preparePassages(engine.embedding, [content]);
  return passages!;
}
