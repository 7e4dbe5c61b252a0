import { isPersistoError } from "@persisto/contract";

/** Whether a call failed because nothing was ever saved in its namespace: what other stores call empty. */
function isUnknownNamespace(error: unknown): boolean {
  // Not every not_found: a wrong address of a server is one as well.
  return isPersistoError(error) && error.code === "not_found" && error.details.resource === "namespace";
}

/** What a call gives, or `empty` when nothing was ever saved in its namespace. */
export async function orEmpty<Answer>(call: Promise<Answer>, empty: Answer): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (isUnknownNamespace(error)) return empty;
    throw error;
  }
}
