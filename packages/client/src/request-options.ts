import { PersistoValidationError } from "@persisto/contract";
import { checkTries, checkTimeout, type ResolvedClientOptions } from "./client-options.js";

/** How one call is made; what is left out is as the client has it. */
export interface RequestOptions {
  /** Ends the call, and its waiting for another try; it then throws the signal's reason, as `fetch` does. */
  signal?: AbortSignal;
  /** Longest wait for one answer. */
  timeoutMs?: number;
  /** Tries after the first one. */
  maxRetries?: number;
  /**
   * The key by which the server knows a write that is sent again, also in another call: 1 to 255 visible characters. Default: a new
   * one for each call. Reads have none.
   */
  idempotencyKey?: string;
}

/** How a call is made, with every default filled in. */
export type ResolvedRequestOptions = Pick<ResolvedClientOptions, "timeoutMs" | "maxRetries"> &
  Pick<RequestOptions, "signal" | "idempotencyKey">;

/** @throws PersistoValidationError naming the option that is wrong. */
export function resolveRequestOptions(
  { signal, timeoutMs, maxRetries, idempotencyKey }: RequestOptions,
  client: ResolvedClientOptions,
): ResolvedRequestOptions {
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw wrong("signal", "must be an AbortSignal");
  if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    throw wrong("idempotencyKey", "must be 1 to 255 visible ASCII characters");
  }
  return {
    timeoutMs: timeoutMs === undefined ? client.timeoutMs : checkTimeout(timeoutMs),
    maxRetries: maxRetries === undefined ? client.maxRetries : checkTries(maxRetries),
    ...(signal && { signal }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

function wrong(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }]);
}
