import type { DeleteInput, DeleteResult } from "@persisto/contract";
import { deleteSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";
import { idempotently } from "./idempotently.js";

export async function deleteRecords(engine: Engine, input: DeleteInput): Promise<DeleteResult> {
  const { scope, store, catalog, audit } = engine;
  const parsed = parseInput(deleteSchema, input);
  const { namespace, ids, content, filters = {} } = parsed;
  const removal = { namespace, ids, content, filters, audit: audit && audit("memories.delete", namespace) };
  return idempotently<number, DeleteResult>(engine, {
    name: "delete",
    // Hundreds of thousands of memories take minutes in PGlite, up to the store's limit of ten.
    leaseSeconds: 660,
    input: parsed,
    async write(completion) {
      const count = await store.remove(scope, removal, completion);
      if (count > 0) catalog.noteRemoved(scope, namespace, count);
      return { count };
    },
    answerOf: (count) => count,
    replay: (answer) => ({ count: Number(answer) }),
  });
}
