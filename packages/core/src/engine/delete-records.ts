import type { DeleteInput, DeleteResult } from "@persisto/contract";
import { deleteSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";

export async function deleteRecords({ scope, store }: Engine, input: DeleteInput): Promise<DeleteResult> {
  const { namespace, ids, content, filters = {} } = parseInput(deleteSchema, input);
  return { count: await store.remove(scope, { namespace, ids, content, filters }) };
}
