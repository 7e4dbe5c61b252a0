import { isPersistoError, type PersistoError } from "@persisto/contract";

/**
 * Why a call failed, in words that help a model. Only messages of Persisto are passed on, since those never hold secrets;
 * others may name hosts or keys.
 */
export function describeFailure(error: unknown): string {
  if (!isPersistoError(error) || error.code === "internal") {
    return "Nothing was done: the memory store failed. Go on without it, and tell the user.";
  }
  const what = error.details.outcomeUnknown ? "It is not known whether anything was done" : "Nothing was done";
  return `${what}: ${error.message.replace(/\.?$/, ".")} ${adviceFor(error)}`;
}

function adviceFor({ code, retryable, details }: PersistoError): string {
  switch (code) {
    case "unauthorized":
    case "forbidden":
    case "quota_exceeded":
      return "Trying again does not help; tell the user, who can change what this connection may do.";
    case "unprocessable":
    case "invalid_input":
    case "too_large":
      return "Change the input before you try again.";
    case "not_found":
      return "Search or list for the right id first.";
    default: {
      const { retryAfterSeconds } = details;
      if (!retryable) return "Trying again does not help.";
      return retryAfterSeconds === undefined
        ? "It may work later."
        : `It may work in ${Math.ceil(retryAfterSeconds)} s.`;
    }
  }
}
