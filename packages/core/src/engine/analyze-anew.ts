import type { Engine } from "./engine.js";

/** Finds the terms of passages saved in the language that their namespaces had before somebody else changed it. */
export async function analyzeAnew(engine: Engine, namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) engine.catalog.forget(engine.scope, namespace);
  await engine.analyzePassages();
}
