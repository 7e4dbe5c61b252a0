import type { NamespaceSettings } from "@persisto/contract";
import { configureNamespaceSchema, parseInput } from "@persisto/contract/http";
import { analyzeAnew } from "./analyze-anew.js";
import type { Engine } from "./engine.js";

export async function configureNamespace(engine: Engine, input: NamespaceSettings): Promise<NamespaceSettings> {
  const { namespace, language } = parseInput(configureNamespaceSchema, input);
  await engine.store.setLanguage(engine.scope, namespace, language);
  await analyzeAnew(engine, [namespace]);
  // What was read meanwhile counted terms of both languages.
  engine.catalog.forget(engine.scope, namespace);
  return { namespace, language };
}
