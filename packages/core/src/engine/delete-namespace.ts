import type { DeleteResult } from "@persisto/contract";
import { deleteNamespaceSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";

export async function deleteNamespace({ scope, store }: Engine, input: { namespace: string }): Promise<DeleteResult> {
  const { namespace } = parseInput(deleteNamespaceSchema, input);
  return { count: await store.removeNamespace(scope, namespace) };
}
