import type { DeleteResult } from "@persisto/contract";
import { deleteNamespaceSchema, parseInput } from "@persisto/contract/http";
import type { Engine } from "./engine.js";

export async function deleteNamespace(
  { scope, store, catalog, audit }: Engine,
  input: { namespace: string },
): Promise<DeleteResult> {
  const { namespace } = parseInput(deleteNamespaceSchema, input);
  const count = await store.removeNamespace(scope, {
    namespace,
    audit: audit && audit("namespace.delete", namespace),
  });
  catalog.forget(scope, namespace);
  return { count };
}
