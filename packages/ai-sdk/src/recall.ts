import { orEmpty, queryText } from "@persisto/adapter-kit";
import type { Hit, Memory, QueryInput } from "@persisto/contract";

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
  const query = queryText(text);
  if (query === "") return [];
  const { maxCharacters: _, k = 5, ...settings } = scope.recall ?? {};
  const found = scope.memory.query({ ...settings, k, namespace: scope.namespace, query });
  const { results } = await orEmpty(found, { results: [], dropped: 0 });
  return results;
}
