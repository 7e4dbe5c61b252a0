import type { ServerResponse } from "node:http";
import type { ErrorCode, Principal } from "@persisto/contract";

/** What is found out about a request on its way, for its log line, its metrics and its span. Holds no texts of users. */
export interface RequestNotes {
  /** The template of its path: the path itself may hold a user's id. */
  route?: string;
  /** Whose credential it came with, once that is known. */
  principal?: Principal;
  /** What it was refused with, or failed with. */
  code?: ErrorCode;
  /** 32 hexadecimal digits. */
  traceId?: string;
}

const kept = new WeakMap<ServerResponse, RequestNotes>();

/** The notes of the request that is answered. */
export function notesOf(response: ServerResponse): RequestNotes {
  let notes = kept.get(response);
  if (notes === undefined) {
    notes = {};
    kept.set(response, notes);
  }
  return notes;
}
