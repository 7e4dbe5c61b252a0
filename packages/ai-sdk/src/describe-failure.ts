import { isPersistoError, type PersistoError } from "@persisto/contract";

/**
 * A failure in words that help a model: what did not happen, why, and what to do instead. Only messages of Persisto are
 * passed on, since those never hold secrets; others may name hosts or keys.
 */
export function describeFailure(what: string, error: unknown): string {
  if (!isPersistoError(error)) return `${what}: the memory store failed. Go on without it.`;
  return `${what}: ${error.message.replace(/\.?$/, ".")} ${adviceFor(error)}`;
}

function adviceFor({ code, retryable }: PersistoError): string {
  if (retryable) return "It may work later; go on without it for now.";
  if (code === "unprocessable" || code === "invalid_input" || code === "too_large") {
    return "Change the input before you try again.";
  }
  return "Trying again does not help; go on without it.";
}
