import type { DeleteInput, DeleteResult, RecordKey } from "@persisto/contract";
import { deleteSchema, parseInput, recordKeySchema } from "@persisto/contract/http";
import type { Completion, Selection } from "../store/store.js";
import type { Engine } from "./engine.js";
import { findOne } from "./find-one.js";
import { idempotently } from "./idempotently.js";

/** No namespace has this name: a deletion in it finds nothing, and is written down like any other. */
const nowhere = "";

export async function deleteRecords(engine: Engine, input: DeleteInput | RecordKey): Promise<DeleteResult> {
  const parsed = namesOne(input) ? parseInput(recordKeySchema, input) : parseInput(deleteSchema, input);
  return idempotently<number, DeleteResult>(engine, {
    name: "delete",
    // Hundreds of thousands of memories take minutes in PGlite, up to the store's limit of ten.
    leaseSeconds: 660,
    input: parsed,
    async write(completion) {
      // Looked for in here, because a repetition would not find it any more.
      const selection = "id" in parsed ? await selectOne(engine, parsed) : { filters: {}, ...parsed };
      return { count: await remove(engine, selection, completion) };
    },
    answerOf: (count) => count,
    replay: (answer) => ({ count: Number(answer) }),
  });
}

function namesOne(input: DeleteInput | RecordKey): input is RecordKey {
  // What is no object is refused by the schema.
  return "id" in Object(input);
}

async function selectOne(engine: Engine, { id, namespace }: RecordKey): Promise<Selection> {
  const home = namespace ?? (await findOne(engine, { id }))?.namespace ?? nowhere;
  return { namespace: home, ids: [id], filters: {} };
}

async function remove(
  { scope, store, catalog, audit }: Engine,
  selection: Selection,
  completion: Completion<number> | null,
): Promise<number> {
  const { namespace } = selection;
  const removal = { ...selection, audit: audit && audit("memories.delete", namespace) };
  const count = await store.remove(scope, removal, completion);
  if (count > 0) catalog.noteRemoved(scope, namespace, count);
  return count;
}
