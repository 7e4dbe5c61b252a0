import type { z } from "zod";
import type { ErrorCode } from "../../errors.js";

/** One route as the OpenAPI document tells it. Schemas have the names of the TypeScript interface, examples the wire's. */
export interface Operation {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/v1`, parameters with a colon: `/memory/:id`. */
  path: string;
  /** The heading it stands under. */
  tag: string;
  /** A few words. */
  summary: string;
  /** What one must know beyond the summary; Markdown. */
  description?: string;
  /** The right that a key needs; null when no key is asked for. */
  scope: string | null;
  /** Of the path where it names them, all others of the query string. */
  parameters?: z.ZodObject;
  body?: z.ZodObject;
  /** Whether it is done once when it comes again with the same Idempotency-Key. */
  takesIdempotencyKey?: true;
  /** What success is answered with. */
  answer: z.ZodObject;
  /** Beyond those of every route (`commonErrors`, `keyErrors`). */
  errors: readonly ErrorCode[];
  example: {
    parameters?: Readonly<Record<string, unknown>>;
    body?: Readonly<Record<string, unknown>>;
    answer: Readonly<Record<string, unknown>>;
  };
}

/** What any route may answer. */
export const commonErrors = [
  "invalid_input",
  "too_large",
  "unprocessable",
  "internal",
] as const satisfies readonly ErrorCode[];

/** What any route that asks for a key may answer, too. */
export const keyErrors = [
  "unauthorized",
  "forbidden",
  "rate_limited",
  "unavailable",
] as const satisfies readonly ErrorCode[];

/** What a route may answer, too, that takes an Idempotency-Key. */
const idempotencyErrors = ["idempotency_in_progress", "idempotency_mismatch"] as const satisfies readonly ErrorCode[];

/** Every code that an operation may answer with. */
export function errorsOf({ scope, errors, takesIdempotencyKey }: Operation): ErrorCode[] {
  return [
    ...new Set<ErrorCode>([
      ...commonErrors,
      ...(scope === null ? [] : keyErrors),
      ...errors,
      ...(takesIdempotencyKey ? idempotencyErrors : []),
    ]),
  ];
}
