import { z } from "zod";
import type { Operation } from "./operation.js";

const tag = "Health";
const answer = z.strictObject({ status: z.literal("ok") });
const example = { answer: { status: "ok" } };

/** The routes that tell whether a server is there; they ask for no key. */
export const healthOperations = {
  alive: {
    method: "GET",
    path: "/healthz",
    tag,
    summary: "Whether the process is alive",
    scope: null,
    answer,
    errors: [],
    example,
  },
  ready: {
    method: "GET",
    path: "/readyz",
    tag,
    summary: "Whether requests can be served: the database answers, and the server is not stopping",
    scope: null,
    answer,
    errors: ["unavailable"],
    example,
  },
} as const satisfies Record<string, Operation>;
