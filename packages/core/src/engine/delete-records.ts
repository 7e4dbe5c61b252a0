import type { DeleteInput, DeleteResult } from "@persisto/contract";
import { deleteSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";

export async function deleteRecords({ scope, store, catalog }: Engine, input: DeleteInput): Promise<DeleteResult> {
  const { namespace, ids, content, filters = {} } = parseInput(deleteSchema, input);
  const count = await store.remove(scope, { namespace, ids, content, filters });
  if (count > 0) catalog.noteRemoved(scope, namespace, count);
  return { count };
}
