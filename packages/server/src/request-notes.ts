import type { ServerResponse } from "node:http";
import { PersistoError, type ErrorCode, type Principal } from "@persisto/contract";

/** What is found out about a request on its way, for its log line, its metrics and its span. Holds no texts of users. */
export interface RequestNotes {
  /** Its own, or the one that it was given. */
  readonly requestId: string;
  /** The template of its path: the path itself may hold a user's id. */
  route?: string;
  /** Whose credential it came with, once that is known. */
  principal?: Principal;
  /** What it was refused with, or failed with. */
  code?: ErrorCode;
  /** 32 hexadecimal digits. */
  traceId?: string;
}

const kept = Symbol("Persisto's notes");

/** On the response itself: a map of all that are under way would be gone through with every collection of garbage. */
interface Noted {
  [kept]?: RequestNotes;
}

/** Begins the notes of a request. */
export function takeNotes(response: ServerResponse, notes: RequestNotes): void {
  (response as Noted)[kept] = notes;
}

/** The notes of the request that is answered. */
export function notesOf(response: ServerResponse): RequestNotes {
  const notes = (response as Noted)[kept];
  if (notes === undefined) throw new PersistoError("internal", "No notes were taken of a request.");
  return notes;
}
