import type { MemoryRecord, UpdateInput } from "@persisto/contract";
import { parseInput, updateSchema } from "@persisto/contract/http";
import type { RecordChange } from "../store/store.js";
import { analyzeAnew } from "./analyze-anew.js";
import type { Engine } from "./engine.js";
import { findOne } from "./find-one.js";
import { unknownMemory } from "./not-found.js";
import { preparePassages, type Content } from "./prepare-passages.js";

export async function update(engine: Engine, input: UpdateInput): Promise<MemoryRecord> {
  const { id, namespace, content, metadata, ttlSeconds } = parseInput(updateSchema, input);
  // Found first, so that an absent memory costs no embedding.
  const current = await findOne(engine, { id, ...(namespace !== undefined && { namespace }) });
  if (!current) throw unknownMemory(id);
  const changed = await engine.store.change(engine.scope, {
    namespace: current.namespace,
    id,
    content: content === undefined ? undefined : await prepare(engine, { namespace: current.namespace, content }),
    metadata,
    ttlSeconds,
  });
  if (!changed) throw unknownMemory(id);
  if (!changed.analyzed) await analyzeAnew(engine, [current.namespace]);
  return changed.record;
}

async function prepare(engine: Engine, content: Content): Promise<RecordChange["content"]> {
  const [prepared] = await preparePassages(engine, [content]);
  return { text: content.content, ...prepared! };
}
