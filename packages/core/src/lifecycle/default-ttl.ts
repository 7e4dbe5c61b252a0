import { matchesGlob } from "../namespaces/namespace-globs.js";

/** Seconds until a memory of a namespace expires whose save does not say; null for never. */
export type DefaultTtl = (namespace: string) => number | null;

/** What a store says of it: patterns of namespaces in order, the first that matches wins, and a default for all others. */
export function createDefaultTtl(
  byNamespace: Readonly<Record<string, number | null>>,
  defaultSeconds: number | null,
): DefaultTtl {
  const rules = Object.entries(byNamespace);
  return (namespace) => {
    const rule = rules.find(([glob]) => matchesGlob(glob, namespace));
    return rule === undefined ? defaultSeconds : rule[1];
  };
}
