import { isPersistoError, type PersistoError } from "@persisto/contract";

/**
 * A failure in words that help a model: what did not happen, why, and what to do instead. Only messages of Persisto are
 * passed on, since those never hold secrets; others may name hosts or keys.
 */
export function describeFailure(what: string, error: unknown): string {
  if (!isPersistoError(error) || error.code === "internal") {
    return `${what}: the memory store failed. Go on without it, and tell the user.`;
  }
  // A lost answer is no word on whether the work was done.
  const said = error.details.outcomeUnknown ? "It is not known whether anything was done" : what;
  return `${said}: ${error.message.replace(/\.?$/, ".")} ${adviceFor(error)}`;
}

function adviceFor({ code, retryable, details: { retryAfterSeconds } }: PersistoError): string {
  switch (code) {
    case "unprocessable":
    case "invalid_input":
    case "too_large":
      return "Change the input before you try again.";
    case "not_found":
      return "Search for the right id first.";
    default:
      if (!retryable) return "Trying again does not help: go on without it, and tell the user.";
      return retryAfterSeconds === undefined
        ? "It may work later; go on without it for now."
        : `It may work in ${Math.ceil(retryAfterSeconds)} s.`;
  }
}
