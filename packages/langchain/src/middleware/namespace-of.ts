import { checkMemory, invalidInput } from "@persisto/adapter-kit";
import type { Memory } from "@persisto/contract";

/** What is known of a run: what was passed to the agent beside the messages. */
export interface MemoryRuntime {
  context?: unknown;
  configurable?: Record<string, unknown>;
}

/** Whose memories: a name, or what tells it from the run, such as its user. Never anything that the model says. */
export type NamespaceOf = string | ((runtime: MemoryRuntime) => string | Promise<string>);

/** Fails early where a memory or whose it is was forgotten. */
export function checkPlace(options: { memory: Memory; namespace: NamespaceOf } | undefined): void {
  const namespace = typeof options?.namespace === "function" ? "told by the run" : options?.namespace;
  checkMemory({ memory: options?.memory as Memory, namespace }, "namespace");
}

/** @throws PersistoValidationError when there is no name: no memory may go to the wrong user, so nothing is guessed. */
export async function namespaceOf(
  namespace: NamespaceOf,
  { context, configurable }: { context?: unknown; configurable?: Record<string, unknown> | undefined },
): Promise<string> {
  const known: MemoryRuntime = { ...(context !== undefined && { context }), ...(configurable && { configurable }) };
  const name: unknown = typeof namespace === "function" ? await namespace(known) : namespace;
  if (typeof name !== "string" || name === "") {
    throw invalidInput("namespace", "has no name in this run; pass what it is made of, as configurable or context");
  }
  return name;
}
