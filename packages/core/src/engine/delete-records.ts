import type { DeleteInput, DeleteResult } from "@persisto/contract";
import { deleteSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";

export async function deleteRecords(
  { scope, store, catalog, audit }: Engine,
  input: DeleteInput,
): Promise<DeleteResult> {
  const { namespace, ids, content, filters = {} } = parseInput(deleteSchema, input);
  const count = await store.remove(scope, {
    namespace,
    ids,
    content,
    filters,
    audit: audit && audit("memories.delete", namespace),
  });
  if (count > 0) catalog.noteRemoved(scope, namespace, count);
  return { count };
}
