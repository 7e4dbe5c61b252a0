import { isPersistoError, limits, type Hit, type Memory, type QueryInput } from "@persisto/contract";
import { plainText } from "./plain-text.js";

/** How memories are looked for: fields of `query` as in Memory, and how much of what is found is shown. */
export interface RecallSettings extends Pick<QueryInput, "filters" | "mode" | "retrieval" | "groupBy" | "rerank"> {
  /** Most memories recalled, 1..100. Default 5. */
  k?: number;
  /** Most characters of their content that the model is shown, best memories first. Default 8,000. */
  maxCharacters?: number;
}

/** Where memories are looked for, and how. */
export interface RecallScope {
  memory: Pick<Memory, "query">;
  namespace: string;
  recall?: RecallSettings;
}

/** What answers a text, best first; nothing for a blank text and in a namespace that nothing was saved in yet. */
export async function recall(text: string, scope: RecallScope): Promise<Hit[]> {
  const query = plainText(text, limits.queryBytes).trim();
  if (query === "") return [];
  const { maxCharacters: _, k = 5, ...settings } = scope.recall ?? {};
  try {
    const { results } = await scope.memory.query({ ...settings, k, namespace: scope.namespace, query });
    return results;
  } catch (error) {
    if (isUnknownNamespace(error)) return [];
    throw error;
  }
}

/** Whether nothing was ever saved in the namespace, which is how every conversation begins. */
export function isUnknownNamespace(error: unknown): boolean {
  return isPersistoError(error) && error.code === "not_found" && error.details.resource === "namespace";
}
