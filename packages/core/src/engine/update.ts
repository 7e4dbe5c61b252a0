import { filterPredicate, type MemoryRecord, type RecordKey, type UpdateInput } from "@persisto/contract";
import { parseInput, updateSchema } from "@persisto/contract/http";
import type { ChangedRecord, Completion, RecordChange } from "../store/store.js";
import { analyzeAnew } from "./analyze-anew.js";
import type { Engine } from "./engine.js";
import { findOne } from "./find-one.js";
import { idempotently } from "./idempotently.js";
import { unknownMemory } from "./not-found.js";
import { preparePassages, type Content } from "./prepare-passages.js";

export async function update(engine: Engine, input: UpdateInput): Promise<MemoryRecord> {
  const parsed = parseInput(updateSchema, input);
  return idempotently<ChangedRecord | null, MemoryRecord>(engine, {
    name: "update",
    input: parsed,
    write: (completion) => change(engine, parsed, completion),
    // Nothing of the record is kept: a repetition gets it as it is by then.
    answerOf(changed) {
      if (!changed) throw unknownMemory(parsed.id);
      return true;
    },
    async replay() {
      const found = await findChangeable(engine, keyOf(parsed));
      if (!found) throw unknownMemory(parsed.id);
      return found;
    },
  });
}

async function change(
  engine: Engine,
  { content, metadata, ttlSeconds, ...key }: UpdateInput,
  completion: Completion<ChangedRecord | null> | null,
): Promise<MemoryRecord> {
  // Found first, so that an absent memory costs no embedding.
  const current = await findChangeable(engine, keyOf(key));
  const { id } = key;
  if (!current) throw unknownMemory(id);
  const changed = await engine.store.change(
    engine.scope,
    {
      namespace: current.namespace,
      id,
      content: content === undefined ? undefined : await prepare(engine, { namespace: current.namespace, content }),
      metadata,
      ttlSeconds,
      // Again, because embedding takes seconds: somebody else's memory by then stays as it is.
      filters: engine.forced,
    },
    completion,
  );
  if (!changed) throw unknownMemory(id);
  if (!changed.analyzed) await analyzeAnew(engine, [current.namespace]);
  return changed.record;
}

/** Null also for a memory that the caller may not change. */
async function findChangeable(engine: Engine, key: RecordKey): Promise<MemoryRecord | null> {
  const found = await findOne(engine, key);
  return found && filterPredicate(engine.forced)(found.metadata) ? found : null;
}

function keyOf({ id, namespace }: RecordKey): RecordKey {
  return { id, ...(namespace !== undefined && { namespace }) };
}

async function prepare(engine: Engine, content: Content): Promise<RecordChange["content"]> {
  const [prepared] = await preparePassages(engine, [content]);
  return { text: content.content, ...prepared! };
}
