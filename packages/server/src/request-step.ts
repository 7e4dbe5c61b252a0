import type { IncomingMessage, ServerResponse } from "node:http";

/** What is done with every request before anything else, refused or not; `next` goes on. */
export type RequestStep = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
