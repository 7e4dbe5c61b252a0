import type { ListNamespacesOperation, MatchCondition } from "@langchain/langgraph-checkpoint";
import { toLabels, toPath } from "./place.js";

/** The namespaces that an operation asks for, of all there are: matched, cut to the depth, each once, by name, one page. */
export function selectNamespaces(
  paths: Iterable<string>,
  { matchConditions = [], maxDepth, limit, offset }: ListNamespacesOperation,
): string[][] {
  const matching = [...paths]
    .map(toLabels)
    .filter((labels) => matchConditions.every((condition) => matches(labels, condition)));
  const cut = new Set(matching.map((labels) => toPath(labels.slice(0, maxDepth))));
  return [...cut]
    .toSorted()
    .slice(offset, offset + limit)
    .map(toLabels);
}

function matches(labels: readonly string[], { matchType, path }: MatchCondition): boolean {
  if (path.length > labels.length) return false;
  const start = matchType === "prefix" ? 0 : labels.length - path.length;
  return path.every((label, index) => label === "*" || label === labels[start + index]);
}
