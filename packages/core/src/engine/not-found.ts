import { PersistoNotFoundError } from "@persisto/contract";

export function unknownNamespace(namespace: string): PersistoNotFoundError {
  return new PersistoNotFoundError(
    `There is no namespace ${JSON.stringify(namespace)}; it is made by the first save into it.`,
    { details: { resource: "namespace" } },
  );
}

export function unknownMemory(id: string): PersistoNotFoundError {
  return new PersistoNotFoundError(`There is no memory ${JSON.stringify(id)}; it may have expired.`, {
    details: { resource: "memory" },
  });
}
