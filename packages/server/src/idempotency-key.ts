import type { IncomingHttpHeaders } from "node:http";
import { PersistoError } from "@persisto/contract";

/**
 * The key by which a write is recognised when it is sent again; undefined without one.
 * @throws PersistoError invalid_input for a key of another form.
 */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new PersistoError("invalid_input", "The Idempotency-Key must be 1 to 255 visible ASCII characters.");
}
