import type { PostgresRefusal } from "./to-sql-error.js";
import type { Answer, Statement } from "./statement.js";

/** To the worker, one at a time. */
export type WorkerRequest =
  | { readonly kind: "open"; readonly directory: string | undefined }
  | { readonly kind: "run"; readonly statements: readonly Statement[] }
  | { readonly kind: "close" };

/** From the worker, exactly one for each request. */
export type WorkerReply =
  | { readonly kind: "done"; readonly answer: Answer }
  | { readonly kind: "refused"; readonly refusal: PostgresRefusal }
  /** PGlite can no longer be trusted; the worker has to be ended. */
  | { readonly kind: "broken"; readonly reason: string };
