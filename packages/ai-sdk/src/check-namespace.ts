import { PersistoValidationError } from "@persisto/contract";

/**
 * Refuses what is no namespace before anything is done with it: some verbs of Memory take its absence for every
 * namespace of the project, and a user id that was undefined must not open those of all users.
 * @throws PersistoValidationError
 */
export function checkNamespace(namespace: unknown): void {
  if (typeof namespace === "string" && namespace !== "") return;
  const message = "must be given as a text, such as user:42: it decides whose memories a model sees";
  throw new PersistoValidationError([{ field: "namespace", message }]);
}
