import type { Memory } from "@persisto/contract";
import { invalidInput } from "./invalid-input.js";

/** Fails early where a memory, or the name of something in it that is asked for, was forgotten, also by users without types. */
export function checkMemory<Options extends { memory: Memory }>(
  options: Options | undefined,
  name?: keyof Options & string,
): asserts options is Options {
  if (typeof options?.memory?.query !== "function") {
    throw invalidInput(
      "memory",
      "is missing: pass an engine of @persisto/core or a PersistoClient of @persisto/client",
    );
  }
  if (name === undefined) return;
  const value: unknown = options[name];
  if (typeof value !== "string" || value === "") throw invalidInput(name, "must be a text: it keeps memories apart");
}
