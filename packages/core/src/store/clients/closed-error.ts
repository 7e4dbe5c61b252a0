import { PersistoError } from "@persisto/contract";

/** What a call gets after `close`. */
export function closedError(): PersistoError {
  return new PersistoError("unavailable", "The database is closed.", { retryable: false });
}
