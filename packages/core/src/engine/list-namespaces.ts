import type { NamespaceSummary } from "@persisto/contract";
import type { Engine } from "./engine.js";

export async function listNamespaces({ scope, store }: Engine): Promise<NamespaceSummary[]> {
  return store.namespaces(scope);
}
